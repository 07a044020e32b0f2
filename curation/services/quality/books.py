"""Tasks' books after an annotator's votes stopped or began to count."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Count, Q, QuerySet

from curation.bulk import chunked
from curation.models import Annotation, AnnotationRound, Annotator, Task
from curation.services.annotating.rounds import ENGINE_FRONTS
from curation.services.annotating.settling import settle_task
from curation.services.pulling.counting import recount

TOGETHER = 100  # tasks locked together: others wait for no more than these


def count_again(annotator: Annotator) -> int:
    """Count the votes on this person's tasks anew and settle them; how many were counted.

    In rounds open or not; what is due on Label Studio is asked there by the next exchange. Each
    batch is a transaction of its own and starts from the votes there are, so it may be killed
    and repeated at any point, while people answer.
    """
    counted = 0
    for target in asking_rounds(annotator):
        keys = judged_tasks(target, annotator).order_by("pk").values_list("pk", flat=True)
        for chunk in chunked(list(keys), TOGETHER):
            _count_together(target, chunk)
            counted += len(chunk)
    return counted


def asking_rounds(annotator: Annotator) -> list[AnnotationRound]:
    """Rounds this person answered in that can ask others; imported votes cannot."""
    rounds = AnnotationRound.objects.filter(project=annotator.project_id)
    asking = rounds.exclude(front=AnnotationRound.Front.VOTES).select_related("project")
    return [
        target for target in asking.order_by("number") if judged_tasks(target, annotator).exists()
    ]


def judged_tasks(target: AnnotationRound, annotator: Annotator) -> QuerySet[Task]:
    """The round's tasks that ask for votes and have an answer of this person."""
    return target.tasks.filter(purpose=Task.Purpose.VOTE, annotations__annotator=annotator)


def wanted_again(target: AnnotationRound, *, votes: int, leased: int) -> int:
    """Votes a task is asked for from now on; an adaptive round decides on the votes there are."""
    return max(target.first_overlap or target.overlap, votes + leased)


@transaction.atomic
def _count_together(target: AnnotationRound, keys: Sequence[int]) -> None:
    if target.front not in ENGINE_FRONTS:
        AnnotationRound.objects.select_for_update().get(pk=target.pk)  # as a pull does
        recount(target, keys)
        return
    tasks = list(target.tasks.filter(pk__in=keys).select_for_update().order_by("pk"))
    counting = (
        Annotation.objects.counting()
        .filter(task__in=keys)
        .order_by()
        .values_list("task")
        .annotate(votes=Count("label"), skips=Count("pk", filter=Q(label=None)))
    )
    counts = {task: (votes, skips) for task, votes, skips in counting}
    for task in tasks:
        votes, skips = counts.get(task.pk, (0, 0))
        if (task.votes, task.skips) != (votes, skips):
            task.votes, task.skips = votes, skips
            task.wanted = wanted_again(target, votes=votes, leased=task.leased)
            settle_task(target, task)
