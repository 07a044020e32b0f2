"""Tasks out: each person gets each example at most once, and nobody more than is due."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from curation.assignment import Checks
from curation.errors import AnnotationRefused
from curation.models import Annotation, AnnotationRound, Annotator, Lease, Participation, Task
from curation.services.annotating import known
from curation.services.annotating.leases import hold, lock_options, release_expired

LOOKED_AGAIN = 50  # a search from the start is repeated after so many times its own duration


@dataclass(frozen=True, kw_only=True)
class Served:
    """One task in a person's hands. Nothing here tells what the task is for."""

    key: UUID  # of the lease; the answer names it
    text: str
    again: bool = False  # it was taken back and comes again
    label: str = ""  # what was chosen before it was taken back


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
        held = _renewed(mine)
        while len(held) < count:
            lease = _hand_out(mine, held=len(held))
            if lease is None:
                break
            held.append(lease)
        if not held:
            _finish(mine)
        mine.seen_at = timezone.now()
        mine.save(
            update_fields=[
                "served", "first_position", "again_position", "look_again_at", "state", "seen_at",
            ]
        )  # fmt: skip
    participation.state = mine.state
    participation.first_position = mine.first_position
    participation.again_position = mine.again_position
    return [Served(key=lease.key, text=lease.task.example.text) for lease in held]


def locked(participation: Participation) -> Participation:
    """The row, locked: one request of a person at a time. The stored plan is not read.

    The annotator is locked with it: what is read of their standing is so after the wait, too.
    """
    rows = Participation.objects.select_related("round__project", "annotator").defer("round__plan")
    return rows.select_for_update(of=("self", "annotator")).get(pk=participation.pk)


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
    """What the person holds, oldest first; asking for it keeps it theirs."""
    held = list(
        Lease.objects.filter(participation=mine, held=True)
        .select_related("task__example")
        .order_by("served_at", "pk")
    )
    if held:
        until = timezone.now() + timedelta(seconds=mine.round.lease_seconds)
        Lease.objects.filter(pk__in=[lease.pk for lease in held]).update(expires_at=until)
    return held


def _hand_out(mine: Participation, *, held: int) -> Lease | None:
    """One more task for this person, written down as theirs; None if there is none."""
    if mine.state == Participation.State.REFUSED or _has_enough(mine, held=held):
        return None
    if mine.state == Participation.State.QUALIFYING:
        task = known.qualification_task(mine)
    else:
        task = known.check_task(mine, Checks.from_json(mine.round.checks)) or _vote_task(mine)
    if task is None:
        return None
    if mine.state != Participation.State.QUALIFYING:
        mine.served += 1
        mine.state = Participation.State.WORKING  # texts came since they were through
    return hold(mine, task, now=timezone.now())


def _has_enough(mine: Participation, *, held: int) -> bool:
    limit = mine.round.answers_each
    return limit is not None and mine.answered + held >= limit


def _vote_task(mine: Participation) -> Task | None:
    """The next task in line that is due and that this person has not judged; now one less due.

    Tasks asked again go first. A search goes on where the person's last one ended, since what
    lies before was theirs or not due; only when nothing is ahead is it made from the start.
    """
    waiting = not_judged_by(mine)
    task = _take(waiting.filter(urgency=0, position__gt=mine.again_position)) or _take(
        waiting.filter(urgency=1, position__gt=mine.first_position)
    )
    now = timezone.now()
    if task is None and (mine.look_again_at is None or mine.look_again_at <= now):
        started = time.perf_counter()
        task = _take(waiting.filter(urgency=0)) or _take(waiting.filter(urgency=1))
        took = time.perf_counter() - started
        mine.look_again_at = None if task else now + timedelta(seconds=LOOKED_AGAIN * took)
    if task is None:
        return None
    if task.urgency == 0:
        mine.again_position = max(mine.again_position, task.position)
    else:
        mine.first_position = max(mine.first_position, task.position)
    task.due, task.leased = task.due - 1, task.leased + 1
    task.save(update_fields=["due", "leased"])
    return task


def _take(waiting: QuerySet[Task]) -> Task | None:
    return waiting.select_for_update(of=("self",), **lock_options()).first()


def not_judged_by(mine: Participation) -> QuerySet[Task]:
    """Due tasks of the round, in line, whose example this person has not answered in any round."""
    answered = Annotation.objects.filter(
        annotator=mine.annotator_id,
        task__example=OuterRef("example"),
        task__purpose=Task.Purpose.VOTE,
    )
    in_hand = Lease.objects.filter(participation=mine, task=OuterRef("pk"), held=True)
    return (
        Task.objects.filter(~Exists(answered), ~Exists(in_hand), round=mine.round_id, due__gt=0)
        .select_related("example")
        .order_by("position")
    )


def _finish(mine: Participation) -> None:
    """Mark the person as through if nothing can come to them any more as things stand."""
    if mine.state == Participation.State.WORKING and (
        _has_enough(mine, held=0) or not could_come(mine)
    ):
        mine.state = Participation.State.FINISHED


def could_come(mine: Participation) -> bool:
    """Whether tasks that others hold may still come to this person."""
    answered = Annotation.objects.filter(
        annotator=mine.annotator_id,
        task__example=OuterRef("example"),
        task__purpose=Task.Purpose.VOTE,
    )
    unfinished = mine.round.tasks.filter(
        ~Exists(answered), purpose=Task.Purpose.VOTE, state=Task.State.OPEN
    )
    return unfinished.exists()
