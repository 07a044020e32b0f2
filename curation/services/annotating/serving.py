"""Tasks out: each person gets each example at most once, and nobody more than is due."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.utils import timezone

from curation.assignment import Checks
from curation.errors import AnnotationRefused
from curation.models import AnnotationRound, Annotator, Lease, Participation, Task
from curation.services.annotating import known, line, statements
from curation.services.annotating.leases import hold, in_hands, release_expired
from curation.services.annotating.working import at_work


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
    with at_work(participation) as mine:
        refuse(mine)
        return hand_out(mine, in_hands(mine), count=count)


def refuse(mine: Participation) -> None:
    """Raise `AnnotationRefused` if this person gets no tasks, as things stand."""
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


def hand_out(mine: Participation, held: list[Lease], *, count: int) -> list[Served]:
    """Fill this person's hands up to `count` tasks; all they hold then, oldest first.

    Args:
        mine: locked.
        held: what `in_hands` gave.
    """
    held, taken = list(held), line.Taken(task=None)
    if len(held) < count:
        release_expired(mine.round)
    while len(held) < count:
        taken = _next(mine, held=len(held))
        if taken.task is None:
            break
        held.append(hold(mine, taken.task, now=timezone.now(), once=taken.once))
    if not held:
        _finish(mine, ended=taken.ended)
        return []
    texts = dict(statements.rows_of(statements.TEXTS, [lease.task_id for lease in held]))
    return [Served(key=lease.key, text=texts[lease.task_id]) for lease in held]


def _next(mine: Participation, *, held: int) -> line.Taken:
    """One more task for this person, in whose hands it is to be put."""
    if mine.state == Participation.State.REFUSED or _has_enough(mine, held=held):
        return line.Taken(task=None)
    if mine.state == Participation.State.QUALIFYING:
        return line.Taken(task=known.qualification_task(mine))
    check = known.check_task(mine, Checks.from_json(mine.round.checks))
    taken = line.take_next(mine) if check is None else line.Taken(task=check)
    if taken.task is not None:
        mine.served += 1
        mine.state = Participation.State.WORKING  # texts came since they were through
    return taken


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
