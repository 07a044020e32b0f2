"""The rail: a project's stages as steps, each with its count, its state and how far it is."""

from __future__ import annotations

from dataclasses import dataclass

from curation.exporters import EXPORTERS
from curation.models import Job, Project
from curation.reporting import wording
from curation.services.report.counts import ProjectCounts, kept_counts
from curation.services.report.scores import score_table

KIND_OF_STAGE = {
    "generate": "generate",
    "push": "annotate",
    "pull": "annotate",
    "settle": "annotate",
    "agreement": "agree",
    "annotators": "annotate",
    "aggregators": "agree",
    "explore": "curate",
    "freeze": "curate",
    "train": "train",
}


@dataclass(frozen=True, kw_only=True)
class Progress:
    """All that decides where a project stands."""

    counts: ProjectCounts
    trained: int  # sources with scores
    busy: frozenset[str]  # stages that a job works on now


@dataclass(frozen=True, kw_only=True)
class Step:
    """One stage of the rail."""

    key: str
    title: str
    count: str
    state: str  # in words
    share: float  # done, in percent
    css: str  # "done", "busy", "next" (needs a decision) or "later"
    here: bool


def progress_of(project: Project) -> Progress:
    """Where the project stands; many texts and answers are counted every few minutes only."""
    jobs = project.jobs.filter(state__in=[Job.State.READY, Job.State.RUNNING])
    # the table is brought up, and the map drawn, beside everything else; nobody waits for them
    kinds = (
        jobs.exclude(kind__in=["summaries", "map"])
        .order_by()
        .values_list("kind", flat=True)
        .distinct()
    )
    return Progress(
        counts=kept_counts(project),
        trained=len(score_table(project).get("scores", {})),
        busy=frozenset(KIND_OF_STAGE.get(kind, "") for kind in kinds),
    )


def rail_of(project: Project, *, here: str = "") -> list[Step]:
    return steps_of(progress_of(project), here=here)


def steps_of(progress: Progress, *, here: str = "") -> list[Step]:
    counts = progress.counts
    shares = _shares(progress)
    titles = {
        "generate": ("Generate", wording.plural(counts.pool, "text")),
        "screen": ("Screen", f"{sum(counts.rejected.values()):,} rejected"),
        "annotate": ("Annotate", _votes(counts)),
        "agree": ("Agree", _agreement(counts)),
        "curate": ("Curate", wording.plural(counts.versions, "version")),
        "train": ("Train", wording.plural(progress.trained, "source")),
        "export": ("Export", f"{len(EXPORTERS)} formats" if counts.versions else "no version yet"),
    }
    waiting = next_stage(progress)
    return [
        _step(key, title, count, shares[key], progress, waiting=key == waiting, here=key == here)
        for key, (title, count) in titles.items()
    ]


def next_stage(progress: Progress) -> str:
    """The stage that waits for somebody to decide; "" when all is done or a job is at work."""
    return "" if progress.busy else unfinished_stage(progress)


def unfinished_stage(progress: Progress) -> str:
    """The first stage that is not done, whether a job works on it or not; "" when all is done."""
    shares = _shares(progress)
    order = ("generate", "annotate", "curate", "train")
    return next((key for key in order if shares[key] < 100), "")


def _shares(progress: Progress) -> dict[str, float]:
    counts = progress.counts
    answered = 100.0 if counts.answers else 0.0
    if counts.wanted:
        answered = min(100.0, round(100 * counts.answers / counts.wanted, 1))
    drafts = 100.0 if counts.pool else 0.0
    frozen = 100.0 if counts.versions else 0.0
    return {
        "generate": drafts,
        "screen": drafts,
        "annotate": answered,
        "agree": 100.0 if counts.votes else 0.0,  # its page works by itself
        "curate": frozen,
        "train": 100.0 if progress.trained else 0.0,
        "export": frozen,
    }


def _agreement(counts: ProjectCounts) -> str:
    people = wording.plural(counts.annotators, "annotator")
    return people if counts.alpha is None else f"α {counts.alpha:.2f}, {people}"


def _votes(counts: ProjectCounts) -> str:
    if counts.wanted:
        return f"{counts.answers:,} of {counts.wanted:,}"
    return wording.plural(counts.answers, "answer")


def _step(
    key: str,
    title: str,
    count: str,
    share: float,
    progress: Progress,
    *,
    waiting: bool,
    here: bool,
) -> Step:
    if key in progress.busy:
        css, state = "busy", "at work"
    elif share >= 100:
        css, state = "done", "done"
    elif waiting:
        css, state = "next", "your turn"
    else:
        css, state = "later", "later"
    return Step(key=key, title=title, count=count, state=state, share=share, css=css, here=here)
