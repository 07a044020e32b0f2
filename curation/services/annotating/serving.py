"""Tasks out: each person gets each example at most once, and nobody more than is due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from curation.assignment import Checks
from curation.errors import AnnotationRefused
from curation.models import AnnotationRound, Annotator, Lease, Participation, Task
from curation.services.annotating import known, line
from curation.services.annotating.leases import hold, release_expired

RENEWED = 0.1  # a lease is renewed when this share of its time is over
SEEN_WITHIN = timedelta(seconds=30)
WAY = ("served", "first_position", "again_position", "state")


@dataclass(frozen=True, kw_only=True)
class Served:
    """One task in a person's hands. Nothing here tells what the task is for."""

    key: UUID  # of the lease; the answer names it
    text: str
    again: bool = False  # it was taken back and comes again
    label: str = ""  # what was chosen before it was taken back


@dataclass(frozen=True, kw_only=True)
class Handed:
    lease: Lease | None
    ended: bool = False  # nothing is in line for this person any more


def next_tasks(participation: Participation, *, count: int = 2) -> list[Served]:
    """Up to `count` tasks for this person: those in their hands first, then new ones.

    An empty list means that there is nothing for them now; `progress.standing_of` says why.

    Raises:
        AnnotationRefused: consent is still to be given (409), or the round or the person is
            paused (409, 403).
    """
    release_expired(participation.round)
    with transaction.atomic():
        mine = locked(participation)
        _refuse(mine)
        before = _way(mine)
        held = _renewed(mine)
        handed = Handed(lease=None)
        while len(held) < count:
            handed = _hand_out(mine, held)
            if handed.lease is None:
                break
            held.append(handed.lease)
        if not held:
            _finish(mine, ended=handed.ended)
        _keep(mine, before)
    for field in WAY:
        setattr(participation, field, getattr(mine, field))
    return [Served(key=lease.key, text=lease.task.example.text) for lease in held]


def locked(participation: Participation) -> Participation:
    """The row, locked: one request of a person at a time. The stored plan is not read.

    The annotator is locked with it: what is read of their standing is so after the wait, too.
    """
    rows = Participation.objects.select_related("round", "annotator").defer("round__plan")
    locking = rows.select_for_update(of=("self", "annotator"), no_key=True)
    return locking.get(pk=participation.pk)


def _refuse(mine: Participation) -> None:
    if mine.state == Participation.State.INVITED:
        raise AnnotationRefused("Please read and agree to the terms first.", status=409)
    if mine.annotator.standing in {Annotator.Standing.PAUSED, Annotator.Standing.EXCLUDED}:
        raise AnnotationRefused(
            "Your part in this project is paused; ask the people who run it.", status=403
        )
    if mine.round.state != AnnotationRound.State.OPEN:
        raise AnnotationRefused(
            f"This round is {mine.round.state}; what you have answered is kept.", status=409
        )


def _renewed(mine: Participation) -> list[Lease]:
    """What the person holds, oldest first, with tasks and texts; asking for it keeps it theirs."""
    mine_now = Lease.objects.filter(participation=mine, held=True).order_by("served_at", "pk")
    held, until = list(mine_now), timezone.now() + timedelta(seconds=mine.round.lease_seconds)
    early = until - timedelta(seconds=mine.round.lease_seconds * RENEWED)
    if any(lease.expires_at < early for lease in held):
        renewed = Lease.objects.filter(pk__in=[lease.pk for lease in held], held=True)
        if renewed.update(expires_at=until) < len(held):
            held = list(mine_now.all())  # the time of one ran out while this was looked up
    tasks = Task.objects.select_related("example").in_bulk([lease.task_id for lease in held])
    for lease in held:
        lease.task = tasks[lease.task_id]
    return held


def _hand_out(mine: Participation, held: Sequence[Lease]) -> Handed:
    """One more task for this person, written down as theirs."""
    qualifying = mine.state == Participation.State.QUALIFYING
    if mine.state == Participation.State.REFUSED or _has_enough(mine, held=len(held)):
        return Handed(lease=None)
    if qualifying:
        taken = line.Taken(task=known.qualification_task(mine))
    elif check := known.check_task(mine, Checks.from_json(mine.round.checks)):
        taken = line.Taken(task=check)
    else:
        taken = line.take_next(mine, in_hand={lease.task_id for lease in held})
    if taken.task is None:
        return Handed(lease=None, ended=taken.ended)
    if not qualifying:
        mine.served += 1
        mine.state = Participation.State.WORKING  # texts came since they were through
    return Handed(lease=hold(mine, taken.task, now=timezone.now()))


def _has_enough(mine: Participation, *, held: int) -> bool:
    limit = mine.round.answers_each
    return limit is not None and mine.answered + held >= limit


def _finish(mine: Participation, *, ended: bool) -> None:
    """Mark the person as through if nothing can come to them any more as things stand."""
    if mine.state == Participation.State.WORKING and (
        _has_enough(mine, held=0) or (ended and not _could_come(mine))
    ):
        mine.state = Participation.State.FINISHED


def _could_come(mine: Participation) -> bool:
    """Whether a task that others hold may still come to this person.

    A task that wants votes is either due, and then in line, or in somebody's hands.
    """
    others = Lease.objects.filter(round=mine.round_id, held=True).exclude(participation=mine.pk)
    tasks = Task.objects.filter(
        pk__in=list(others.values_list("task", flat=True)),
        purpose=Task.Purpose.VOTE,
        state=Task.State.OPEN,
    )
    examples = set(tasks.values_list("example", flat=True))
    return bool(examples - line.judged(mine.annotator_id, examples))


def _way(mine: Participation) -> tuple[object, ...]:
    return tuple(getattr(mine, field) for field in WAY)


def _keep(mine: Participation, before: tuple[object, ...]) -> None:
    """Store how far they are, if they went on or were last seen a while ago."""
    now = timezone.now()
    stale = mine.seen_at is None or now - mine.seen_at > SEEN_WITHIN
    if stale or _way(mine) != before:
        mine.seen_at = now
        mine.save(update_fields=[*WAY, "seen_at"])
