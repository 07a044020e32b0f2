"""Answers in: stored once, however often they are sent."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from curation.assignment import Checks
from curation.bulk import delete_row, insert_row
from curation.errors import AnnotationRefused
from curation.models import (
    Annotation,
    Annotator,
    Label,
    Lease,
    Participation,
    SkipReason,
    StrayAnswer,
    Task,
)
from curation.services.annotating import known, statements
from curation.services.annotating.leases import in_hands
from curation.services.annotating.line import judged
from curation.services.annotating.serving import Served, hand_out, refuse
from curation.services.annotating.settling import settle_task
from curation.services.annotating.working import at_work

LOG = logging.getLogger("concord.annotate")

AT_ONCE, PER_SECOND = 20.0, 2.0  # answers a person may send in a burst, and in the long run
LONGEST_SECONDS = 86_400.0


@dataclass(frozen=True, kw_only=True)
class Given:
    """An answer as it was sent: a label or a reason to skip."""

    label: str = ""  # a label's code
    skip: str = ""  # one of SkipReason
    seconds: float | None = None  # from text on the page to answer


@dataclass(frozen=True, kw_only=True)
class Submitted:
    repeated: bool  # it was stored before; nothing was changed


@dataclass(frozen=True, kw_only=True)
class WentOn:
    """What became of an answer, and what comes next."""

    repeated: bool
    tasks: list[Served]
    refusal: AnnotationRefused | None  # why there are no more tasks, if that was said


def submit(participation: Participation, key: UUID, given: Given) -> Submitted:
    """Store the answer to the task that lease `key` put into this person's hands.

    Sending it again changes nothing, so a page may repeat until it gets an answer.

    Raises:
        AnnotationRefused: bad label or reason (400), another person's lease (403), no such lease
            (404), too late because others gave all answers (409, kept aside), another answer is
            stored (409), too fast (429).
    """
    with at_work(participation) as mine:
        submitted = _take_in(mine, in_hands(mine), key, given)
    return _in_time(submitted)


def submit_and_go_on(
    participation: Participation, key: UUID, given: Given, *, count: int
) -> WentOn:
    """`submit` and `next_tasks` in one go, as a page wants it; the answer is kept in any case.

    Raises:
        AnnotationRefused: as by `submit`. What is said against more tasks is returned.
    """
    tasks, refusal = [], None
    with at_work(participation) as mine:
        held = in_hands(mine)
        submitted = _take_in(mine, held, key, given)
        try:
            refuse(mine)
        except AnnotationRefused as error:
            refusal = error
        else:
            still = [lease for lease in held if lease.key != key]
            tasks = hand_out(mine, still, count=count)
    return WentOn(repeated=_in_time(submitted).repeated, tasks=tasks, refusal=refusal)


def _take_in(
    mine: Participation, held: Sequence[Lease], key: UUID, given: Given
) -> Submitted | None:
    """Store the answer, in the caller's transaction; None if it came too late to count."""
    lease = next((lease for lease in held if lease.key == key), None)
    if lease is None:  # another person's, or given back to the line, or gone
        lease = Lease.objects.select_for_update(no_key=True).filter(key=key).first()
    if lease is None:
        return _repeated(mine, key, given)
    _refuse_others(lease.participation_id == mine.pk, key)
    label = _label(mine, given)
    now = timezone.now()
    _slow_down(mine, now)
    return Submitted(repeated=False) if _store(mine, lease, label, given, now) else None


def _in_time(submitted: Submitted | None) -> Submitted:
    if submitted is None:
        raise AnnotationRefused(
            "Others have given all answers to this text meanwhile; yours was kept aside.",
            status=409,
        )
    return submitted


def _repeated(mine: Participation, key: UUID, given: Given) -> Submitted:
    """What to say to an answer whose lease is gone: it is stored, or it can name nothing."""
    stored = Annotation.objects.filter(key=key).select_related("label").first()
    if stored is None:
        raise AnnotationRefused(
            "This text is not in your hands any more; go on with the next one.", status=404
        )
    _refuse_others(stored.annotator_id == mine.annotator_id, key)
    label = stored.label
    if (label.name if label else "", stored.skip_reason) != (given.label, given.skip):
        said = f"as {label.title or label.name}" if label else "as skipped"
        raise AnnotationRefused(
            f"The text before was saved {said} already; to change that, take it back first.",
            status=409,
        )
    return Submitted(repeated=True)


def _store(
    mine: Participation, lease: Lease, label: Label | None, given: Given, now: datetime
) -> bool:
    """Write the answer and all that follows from it; False if it came too late to count."""
    task = Task.objects.select_for_update(no_key=True).get(pk=lease.task_id)
    is_vote = task.purpose == Task.Purpose.VOTE
    if is_vote and _is_late(mine, lease, task):
        _set_aside(mine, lease, task, label)
        return False
    insert_row(
        Annotation,
        task=task.pk,
        annotator=mine.annotator_id,
        label=label and label.pk,
        skip_reason=given.skip if label is None else "",
        seconds=_seconds(given.seconds),
        key=lease.key,
        answered_at=now,
    )
    delete_row(lease)
    if is_vote:
        counts = mine.annotator.standing != Annotator.Standing.EXCLUDED
        task.leased -= lease.held
        task.votes += label is not None and counts
        task.skips += label is None and counts
        settle_task(mine.round, task)
    _count(mine, task)
    return True


def _is_late(mine: Participation, lease: Lease, task: Task) -> bool:
    """Whether there is no room for a vote, be it because others' votes count again."""
    if task.votes >= mine.round.overlap:
        return True
    if lease.held:
        return False
    return task.due == 0 or bool(judged(mine.annotator_id, [task.example_id]))


def _count(mine: Participation, task: Task) -> None:
    """Move the person on: one answer more, and perhaps let in, turned away or through."""
    if task.purpose == Task.Purpose.QUALIFICATION:
        _judge_qualification(mine)
    else:
        mine.answered += 1
        limit = mine.round.answers_each
        if limit is not None and mine.answered >= limit:
            mine.state = Participation.State.FINISHED


def _judge_qualification(mine: Participation) -> None:
    checks = Checks.from_json(mine.round.checks)
    answered, right = known.qualification_result(mine)
    if mine.state == Participation.State.QUALIFYING and answered >= known.qualification_size(
        mine.round, checks
    ):
        passed = right >= checks.pass_share * answered - 1e-9
        states = Participation.State
        mine.state = states.WORKING if passed else states.REFUSED


def _set_aside(mine: Participation, lease: Lease, task: Task, label: Label | None) -> None:
    StrayAnswer.objects.get_or_create(
        round=mine.round,
        remote_id=lease.pk,
        defaults={
            "remote_task": task.pk,
            "annotator": mine.annotator.name,
            "value": label.name if label else "",
            "reason": StrayAnswer.Reason.LATE,
        },
    )
    lease.delete()
    task.leased -= lease.held
    settle_task(mine.round, task)


def _refuse_others(is_mine: bool, key: UUID) -> None:
    if not is_mine:
        LOG.warning("an answer named lease %s, which is another person's", key)
        raise AnnotationRefused("This text is in somebody else's hands.", status=403)


def _label(mine: Participation, given: Given) -> Label | None:
    """The label that was chosen; None for a skip."""
    if bool(given.label) == bool(given.skip):
        raise AnnotationRefused("Choose one label, or a reason to skip.", status=400)
    if given.skip:
        if given.skip not in SkipReason.values:
            raise AnnotationRefused("This is no reason to skip a text.", status=400)
        return None
    found = statements.rows(statements.LABEL, [mine.round.project_id, given.label])
    if not found:
        raise AnnotationRefused("This label is not one of the project's.", status=400)
    pk, name = found[0]
    return Label(pk=pk, name=name)


def _slow_down(mine: Participation, now: datetime) -> None:
    """A bucket of allowances, filled with time: people never empty it, a flood does at once."""
    passed = AT_ONCE if mine.allowed_at is None else (now - mine.allowed_at).total_seconds()
    if passed < 0:  # the clock was set back, by who knows how long
        passed = AT_ONCE
    allowance = min(AT_ONCE, mine.allowance + PER_SECOND * passed)
    if allowance < 1 and not mine.round.simulated:
        LOG.warning("participation %s sends answers faster than anybody reads", mine.pk)
        raise AnnotationRefused("That was very fast; wait a moment and go on.", status=429)
    mine.allowance, mine.allowed_at = max(0.0, allowance - 1), now


def _seconds(seconds: float | None) -> float | None:
    """A time that can be one: what a page says is not to be trusted blindly."""
    if seconds is None or not 0 <= seconds <= LONGEST_SECONDS:
        return None
    return round(seconds, 3)
