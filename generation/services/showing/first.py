"""The first texts: what they would take, how far they are, and where they are judged."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_UP, Decimal

from curation.models import AnnotationRound, FirstSteps, Job, Project, WorkerProcess
from curation.services.first_steps.people import newest_on_page
from curation.services.first_steps.standing import first_steps
from curation.services.fronts import own_login
from curation.services.report.counts import texts_to_judge
from curation.services.rounds.people import deep_link
from generation.models import GenerationRun
from generation.scheduling.budget import NANOS
from generation.services.planning import GenerationPlan
from generation.services.showing.drafts import DraftLine, styles_by_key
from generation.services.showing.overview import run_of
from generation.services.showing.running import RunNow, run_now

NEWEST = 5
LEAST_CAP = Decimal("0.01")
ACTIVE = (Job.State.READY, Job.State.RUNNING)


@dataclass(frozen=True, kw_only=True)
class FirstTexts:
    """What the last step shows beside its plan."""

    job: Job | None  # the newest that writes
    run: GenerationRun | None
    now: RunNow | None
    writing: bool  # a job is at work or waits
    newest: list[DraftLine]
    pool: int  # texts that can be judged
    said: FirstSteps
    round: AnnotationRound | None  # where they are judged
    push: Job | None  # the newest that sends them to Label Studio
    pushing: bool
    alone: bool  # no worker lives that could take a job up
    start: str  # where annotators of Label Studio begin; "" while there is none
    login: str  # how one logs in there, where it is our own server; else ""

    @property
    def active(self) -> bool:
        """Whether something will change by itself."""
        return self.writing or self.pushing


def first_texts(project: Project) -> FirstTexts:
    job, push = _newest(project, "generate"), _newest(project, "push")
    run = run_of(job) if job is not None else None
    now = run_now(run, styles_by_key(project)) if run is not None else None
    said = first_steps(project)
    remote = said.front == FirstSteps.Front.LABEL_STUDIO
    target = _remote_round(project) if remote else newest_on_page(project)
    return FirstTexts(
        job=job,
        run=run,
        now=now,
        writing=job is not None and job.state in ACTIVE,
        newest=now.accepted[:NEWEST] if now is not None else [],
        pool=texts_to_judge(project),
        said=said,
        round=target,
        push=push if remote else None,
        pushing=remote and push is not None and push.state in ACTIVE,
        alone=not WorkerProcess.objects.alive().exists(),
        start=deep_link(target) if remote and target is not None else "",
        login=own_login(target.server_url) if remote and target is not None else "",
    )


def _newest(project: Project, kind: str) -> Job | None:
    return project.jobs.filter(kind=kind).order_by("-pk").first()


def _remote_round(project: Project) -> AnnotationRound | None:
    fronts, states = AnnotationRound.Front, AnnotationRound.State
    rounds = project.rounds.filter(front=fronts.LABEL_STUDIO, state=states.OPEN)
    return rounds.exclude(remote_project=None).last()


def usual_cap(plan: GenerationPlan) -> str:
    """A lid that a run of this plan will hardly reach: the most it may take, rounded up.

    "" where nothing is to be paid or nobody knows the price.
    """
    if plan.price is None or plan.price.free:
        return ""
    amount = Decimal(plan.estimate.high.cost(plan.price)) / NANOS
    return str(max(amount, LEAST_CAP).quantize(LEAST_CAP, rounding=ROUND_UP))
