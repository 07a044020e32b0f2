"""Where a project's generation stands: a sentence, and its runs."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q, Sum

from curation.models import Job, Project
from curation.reporting import wording
from generation.models import GenerationRun
from generation.scheduling.budget import written_amount
from generation.services.attributes import METHOD as LISTING
from generation.services.showing.words import method_title, state_words

PAGE = 20
KINDS = ("generate", "attribute_values")


@dataclass(frozen=True, kw_only=True)
class RunLine:
    """A run as one row of the table."""

    run: GenerationRun
    title: str  # of its method
    state: str
    share: float  # accepted, in percent of what was asked for
    writes: bool  # texts; else a list
    cost: str


@dataclass(frozen=True, kw_only=True)
class Overview:
    """The head of the page and the runs, newest first."""

    sentence: str
    lines: list[RunLine]
    older: int  # number of the last run shown, where there are older ones; else 0
    labelled_last: bool  # whether some run has a labelling pass to report on


def overview(project: Project, *, before: int | None = None) -> Overview:
    """The newest runs, or those before run number `before`."""
    runs = GenerationRun.objects.filter(project=project).order_by("-number")
    page = runs.filter(number__lt=before) if before is not None else runs
    found = list(page.defer("params", "wish")[: PAGE + 1])
    return Overview(
        sentence=_sentence(project),
        lines=[run_line(run) for run in found[:PAGE]],
        older=found[PAGE - 1].number if len(found) > PAGE else 0,
        labelled_last=runs.filter(params__has_key="label_last").exists(),
    )


def run_line(run: GenerationRun) -> RunLine:
    return RunLine(
        run=run,
        title=method_title(run.method),
        state=state_words(run),
        share=min(100.0, 100 * run.accepted / run.target) if run.target else 0.0,
        writes=run.method != LISTING,
        cost=run.cost or "not known",
    )


def _sentence(project: Project) -> str:
    """How many of how many, from how many runs, for how much."""
    runs = GenerationRun.objects.filter(project=project).order_by()
    writing = ~Q(method=LISTING)
    found = runs.aggregate(
        n=Count("pk", filter=writing),
        accepted=Sum("accepted", filter=writing),
        target=Sum("target", filter=writing),
    )
    if not found["n"]:
        return "No language model has written for this project yet."
    accepted, target = found["accepted"] or 0, found["target"] or 0
    return (
        f"{accepted:,} of {target:,} texts asked for are accepted, "
        f"from {wording.plural(found['n'], 'run')}{_spend(project)}."
    )


def _spend(project: Project) -> str:
    """What all runs have cost so far, each currency for itself."""
    runs = GenerationRun.objects.filter(project=project).order_by()
    rows = runs.values_list("price__currency").annotate(spent=Sum("spent"), n=Count("pk"))
    known = [written_amount(spent, currency=code) for code, spent, _ in rows if code]
    unknown = sum(n for code, _, n in rows if not code)
    parts = [f"{' and '.join(sorted(known))} spent so far"] if known else []
    if unknown:
        parts.append(f"what {wording.plural(unknown, 'run')} cost is not known")
    return "; " + ", and ".join(parts) if parts else ""


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A job that has no run yet, or whose run cannot be told."""

    job: Job
    title: str
    state: str


def waiting_jobs(project: Project) -> list[Waiting]:
    """Jobs of ours that are not through."""
    jobs = Job.objects.active().filter(project=project, kind__in=KINDS).order_by("pk")
    return [_waiting(job) for job in jobs]


def _waiting(job: Job) -> Waiting:
    params = job.params
    title = f"{params.get('count', '')} texts, {method_title(str(params.get('method', '')))}"
    if job.kind == "attribute_values":
        title = f"A list of {params.get('n_values', '')} values of {params.get('name', '')!r}"
    state = "running" if job.state == Job.State.RUNNING else "waits for a worker"
    return Waiting(job=job, title=title, state=state)


def run_of(job: Job) -> GenerationRun | None:
    """The run that a job works on; None while it has not begun."""
    if job.kind != "generate" or job.project is None:
        return None
    newest = GenerationRun.objects.filter(project=job.project).order_by("-number")[:50]
    return next((run for run in newest if run.wish == job.params), None)
