"""A run while it works: how far, how fast, how dear, what comes in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Max
from django.utils import timezone

from curation.models import Job
from curation.reporting import wording
from generation.models import Call, Draft, GenerationRun
from generation.models.calls import UNLABELLED
from generation.scheduling.budget import written_amount
from generation.screening.screen import SURPLUS
from generation.services.attributes import METHOD as LISTING

RECENT = 300  # newest calls that tell the pace and hold the newest texts
WINDOW = 60.0  # seconds over which the pace is taken
NO_FAULT = {"", SURPLUS, UNLABELLED}
QUIET = timedelta(minutes=3)  # without a new call: nobody seems to run it


@dataclass(frozen=True, kw_only=True)
class Recent:
    """The newest calls of a run."""

    calls: int  # how many these are
    accepted: list[int]  # keys of their drafts, newest first
    rejected: list[int]
    calls_per_minute: float
    texts_per_minute: float  # accepted ones
    seconds: float  # that these two are taken over; 0 where nothing came
    newest: datetime | None  # when the newest call was written down


def recent_calls(run: GenerationRun) -> Recent:
    """Pace over the last minute, or over fewer seconds where more calls than `RECENT` came in it.

    By key, and between the ends of a run that is over: later runs' calls are not gone through.
    """
    fields = ("pk", "status", "created_at", "seconds")
    calls = run.calls.order_by("-pk")
    if run.finished_at:  # with their number, or each end would be looked for through all calls
        ends = run.calls.aggregate(n=Count("pk"), last=Max("pk"))
        calls = calls.filter(pk__lte=ends["last"] or 0)
    rows: list[Any] = list(calls.values_list(*fields)[:RECENT])
    now = timezone.now()
    since = now - timedelta(seconds=WINDOW)
    if len(rows) == RECENT:
        since = max(since, rows[-1][2])
    back = {
        key
        for key, status, created, seconds in rows
        if status == Call.Status.ANSWERED and created + timedelta(seconds=seconds) >= since
    }
    begun = max(since, run.started_at or since)
    span = max((now - begun).total_seconds(), 1.0)
    drafts = _drafts([row[0] for row in rows])
    texts = sum(call in back and not reason for _, call, reason in drafts)
    return Recent(
        calls=len(rows),
        accepted=[key for key, _, reason in drafts if not reason],
        rejected=[key for key, _, reason in drafts if reason not in NO_FAULT],
        calls_per_minute=60 * len(back) / span,
        texts_per_minute=60 * texts / span,
        seconds=span if back else 0.0,
        newest=rows[0][2] if rows else None,
    )


def _drafts(calls: Sequence[int]) -> list[tuple[int, int, str]]:
    """Key, call and reason of the calls' drafts, newest first."""
    drafts = Draft.objects.filter(call__in=calls).order_by("-pk")
    return list(drafts.values_list("pk", "call_id", "reason"))


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What may be done with a run, and what is to be known before."""

    active: bool  # somebody is at work or about to be
    actions: tuple[str, ...] = ()  # of "pause", "resume", "cancel"
    sentence: str = ""


def standing_of(run: GenerationRun, job: Job | None, *, newest: datetime | None) -> Standing:
    if job is not None:
        return _in_a_job(run, job)
    if run.status == run.Status.RUNNING and run.method == LISTING:
        return Standing(
            active=True,
            sentence="A list is being written. Should its process have been killed, asking for the "
            "same list again takes this run up.",
        )
    if run.status == run.Status.RUNNING:
        return _in_a_terminal(run, newest)
    if run.finished_well:
        return Standing(active=False)
    if run.wish:
        return Standing(active=False, actions=("resume",))
    return Standing(
        active=False,
        sentence="It was not started with a wish that can be repeated here; run its command again.",
    )


def _in_a_job(run: GenerationRun, job: Job) -> Standing:
    if job.cancel_requested:
        return Standing(active=True, sentence="It stops at its next step; what it has is kept.")
    if job.state == Job.State.READY:
        sentence = "A job waits for a worker; manage.py serve and manage.py worker run one."
        return Standing(active=True, actions=("cancel",), sentence=sentence)
    if run.status != run.Status.RUNNING:
        return Standing(active=True, actions=("cancel",), sentence="A worker is taking it up.")
    if run.pause_requested:
        sentence = "It rests as soon as the calls on their way are back."
        return Standing(active=True, actions=("cancel",), sentence=sentence)
    return Standing(active=True, actions=("pause", "cancel"))


def _in_a_terminal(run: GenerationRun, newest: datetime | None) -> Standing:
    last = newest or run.started_at
    quiet = last is not None and timezone.now() - last > QUIET
    if quiet and run.wish:
        return Standing(
            active=False,
            actions=("resume",),
            sentence="It has been quiet for more than three minutes and no job runs it: its "
            "process was probably killed. Resuming goes on where it stopped.",
        )
    sentence = "It runs in a terminal; press Ctrl+C there to stop it."
    if run.pause_requested:
        return Standing(active=True, sentence=f"It rests once calls are back. {sentence}")
    return Standing(active=True, actions=("pause",), sentence=sentence)


def run_sentence(run: GenerationRun, pace: Recent, *, active: bool) -> str:
    """How far, how long still, for how much.

    A run that is through says how long it took and what one text has cost.
    """
    parts = [f"{run.accepted:,} of {run.target:,} texts accepted"]
    left = run.target - run.accepted
    if active and run.status == run.Status.RUNNING and left > 0 and pace.texts_per_minute > 0:
        parts.append(wording.time_left(60 * left / pace.texts_per_minute))
    if run.finished_well and (took := seconds_taken(run)) is not None:
        parts[0] += f" in {wording.duration(took)}"
    return ", ".join([*parts, *_money(run, so_far=not run.finished_well)]) + "."


def _money(run: GenerationRun, *, so_far: bool) -> Sequence[str]:
    if not run.cost:
        return ["cost not known"]
    cap = ""
    if run.cap is not None and so_far:
        cap = f" of a cap of {written_amount(run.cap, currency=run.price['currency'])}"
    return [f"{run.cost}{' so far' if so_far else ''}{cap}"]


def seconds_taken(run: GenerationRun) -> float | None:
    if run.started_at is None or run.finished_at is None:
        return None
    return (run.finished_at - run.started_at).total_seconds()
