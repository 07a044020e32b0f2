"""An answer taken back: for somebody who slipped."""

from __future__ import annotations

from django.db.models import F
from django.utils import timezone

from curation.bulk import chunked
from curation.errors import AnnotationRefused
from curation.models import (
    Annotation,
    AnnotationChange,
    Annotator,
    Lease,
    Participation,
    Task,
)
from curation.services.annotating.leases import hold
from curation.services.annotating.serving import Served, refuse
from curation.services.annotating.settling import settle_task
from curation.services.annotating.working import at_work

TOGETHER = 100  # answers looked at together


def undo(participation: Participation) -> Served:
    """Take this person's last answer in the round back; its task is in their hands again.

    Raises:
        AnnotationRefused: there is nothing to take back (404), it belongs to a qualification
            that is over, or others have the place that a skip left (409). As by `next_tasks`.
    """
    with at_work(participation) as mine:
        refuse(mine)  # else it could be taken back and not be given again
        last = _last_answer(mine)
        if last is None:
            raise AnnotationRefused("There is no answer to take back.", status=404)
        task = Task.objects.select_for_update(no_key=True).get(pk=last.task_id)
        qualifying = mine.state == Participation.State.QUALIFYING
        if (task.purpose == Task.Purpose.QUALIFICATION) != qualifying:
            raise AnnotationRefused("Earlier answers cannot be taken back here.", status=409)
        if _place_is_given(task, last):
            raise AnnotationRefused(
                "Others judge this text meanwhile, so your skip stays; go on.", status=409
            )
        lease = _take_back(mine, task, last)
        text = task.example.text
    label = last.label.name if last.label else ""
    return Served(key=lease.key, text=text, again=True, label=label)


def _last_answer(mine: Participation) -> Annotation | None:
    """This person's newest answer in the round; they may have answered others meanwhile."""
    given = Annotation.objects.filter(annotator=mine.annotator_id)
    newest = given.order_by(F("answered_at").desc(nulls_last=True), "-pk")
    for chunk in chunked(newest.values_list("task", "pk").iterator(), TOGETHER):
        answers = dict(chunk)
        here = Task.objects.filter(pk__in=list(answers), round=mine.round_id)
        keys = [answers[task] for task in here.values_list("pk", flat=True)]
        if keys:  # the one stored last, even if the clock was set back before
            return Annotation.objects.select_related("label").get(pk=max(keys))
    return None


def _place_is_given(task: Task, last: Annotation) -> bool:
    """Whether others got the place that a skip left, so that a vote would be one too many."""
    is_skip = task.purpose == Task.Purpose.VOTE and last.label_id is None
    return is_skip and task.votes + task.leased >= task.wanted


def _take_back(mine: Participation, task: Task, last: Annotation) -> Lease:
    AnnotationChange.objects.create(
        task=task,
        annotator=mine.annotator,
        kind=AnnotationChange.Kind.UNDONE,
        before=last.label,
        answered_at=last.answered_at,
    )
    counted = mine.annotator.standing != Annotator.Standing.EXCLUDED
    Annotation.objects.filter(pk=last.pk).delete()
    if task.purpose == Task.Purpose.VOTE:
        task.leased += 1
        task.votes -= last.label_id is not None and counted
        task.skips -= last.label_id is None and counted
        settle_task(mine.round, task)
    if task.purpose != Task.Purpose.QUALIFICATION:
        mine.answered = max(0, mine.answered - 1)
        mine.state = Participation.State.WORKING
    return hold(mine, task.pk, now=timezone.now(), served_at=last.answered_at)
