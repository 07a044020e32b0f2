"""Which rounds are to be pulled now: polling is the truth, hints only make it sooner."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from curation.models import AnnotationRound, Job
from curation.models.jobs import JobQuerySet

LONGEST_PAUSE = timedelta(minutes=5)  # between two tries while a server is away
HINT_PAUSE = timedelta(seconds=3)  # between two pulls while hints pour in


def due_rounds(now: datetime) -> list[AnnotationRound]:
    """Open rounds for people on Label Studio that are to be pulled now and are not yet.

    A round whose pulls fail is tried less and less often; no round waits for another.
    """
    if settings.CONCORD_POLL_SECONDS <= 0:
        return []
    rounds = AnnotationRound.objects.filter(
        front=AnnotationRound.Front.LABEL_STUDIO,
        state=AnnotationRound.State.OPEN,
        simulated=False,
        remote_project__isnull=False,
    )
    open_rounds = list(rounds.select_related("project").defer("plan").order_by("pk"))
    if not open_rounds:
        return []
    busy = {(job.project_id, job.params.get("round")) for job in pulls().active()}
    last = _last_polls()
    return [
        target
        for target in open_rounds
        if not busy & {(target.project_id, target.number), (target.project_id, None)}
        and _is_due(target, last.get((target.project_id, target.number)), now)
    ]


def poll_params(target: AnnotationRound) -> dict[str, Any]:
    """What the job that pulls this round is told; the next one counts its failures on."""
    last = _last_polls().get((target.project_id, target.number))
    failed = last is not None and last.state == Job.State.FAILED
    failures = last.params["failures"] + 1 if last is not None and failed else 0
    return {"round": target.number, "poll": True, "failures": failures}


def polls_of(target: AnnotationRound) -> JobQuerySet:
    """Jobs that were started for the round by polling."""
    return pulls().filter(project=target.project_id, params__round=target.number, params__poll=True)


def pulls() -> JobQuerySet:
    return Job.objects.filter(kind="pull")


def pause_after(failures: int) -> timedelta:
    """How long to wait after so many failures in a row; 0 is a success.

    With a pull every 30 seconds: 30, 60, 120, 240 seconds, then five minutes.

    >>> [pause_after(failures).total_seconds() for failures in (0, 1, 2, 3, 4, 400)]
    [30.0, 30.0, 60.0, 120.0, 240.0, 300.0]
    """
    period = timedelta(seconds=settings.CONCORD_POLL_SECONDS)
    doubled = period * 2 ** min(max(0, failures - 1), 10)
    return min(max(LONGEST_PAUSE, period), doubled)


def _is_due(target: AnnotationRound, last: Job | None, now: datetime) -> bool:
    if last is None or last.finished_at is None:
        return True
    since = now - last.finished_at
    if last.state == Job.State.FAILED:
        return since >= pause_after(last.params["failures"] + 1)
    if target.hinted_at is not None:
        return since >= HINT_PAUSE
    return since >= pause_after(0)


def _last_polls() -> Mapping[tuple[int | None, int], Job]:
    """(project key, round number) → the newest job that polling started for it."""
    return {
        (job.project_id, job.params["round"]): job
        for job in pulls().filter(params__poll=True).defer("traceback", "result").order_by("pk")
    }
