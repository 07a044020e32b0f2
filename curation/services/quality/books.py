"""Tasks' books after an annotator's votes stopped or began to count."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Count, Q, QuerySet

from curation.bulk import chunked
from curation.models import Annotation, AnnotationRound, Annotator, Task
from curation.services.annotating.rounds import ENGINE_FRONTS
from curation.services.annotating.settling import settle_task

TOGETHER = 100  # tasks locked together: others wait for no more than these


def count_again(annotator: Annotator) -> int:
    """Count the votes on this person's tasks anew and settle those that changed; how many.

    For rounds on our own engine, open or not; elsewhere nobody waits in a line. Each batch is a
    transaction of its own and starts from the votes there are, so it may be killed and repeated
    at any point, while people answer.
    """
    changed = 0
    for target in engine_rounds(annotator):
        keys = judged_tasks(target, annotator).order_by("pk").values_list("pk", flat=True)
        for chunk in chunked(list(keys), TOGETHER):
            changed += _count_together(target, chunk)
    return changed


def engine_rounds(annotator: Annotator) -> list[AnnotationRound]:
    """Rounds of our engine that this person has a part in."""
    mine = AnnotationRound.objects.filter(
        project=annotator.project_id, front__in=ENGINE_FRONTS, participations__annotator=annotator
    )
    return list(mine.select_related("project").order_by("number"))


def judged_tasks(target: AnnotationRound, annotator: Annotator) -> QuerySet[Task]:
    """The round's tasks that ask for votes and have an answer of this person."""
    return target.tasks.filter(purpose=Task.Purpose.VOTE, annotations__annotator=annotator)


@transaction.atomic
def _count_together(target: AnnotationRound, keys: Sequence[int]) -> int:
    tasks = list(target.tasks.filter(pk__in=keys).select_for_update().order_by("pk"))
    counting = (
        Annotation.objects.filter(task__in=keys)
        .exclude(annotator__standing=Annotator.Standing.EXCLUDED)
        .order_by()
        .values("task")
        .annotate(votes=Count("label"), skips=Count("pk", filter=Q(label=None)))
    )
    counts = {row["task"]: (row["votes"], row["skips"]) for row in counting}
    changed = 0
    for task in tasks:
        votes, skips = counts.get(task.pk, (0, 0))
        if (task.votes, task.skips) != (votes, skips):
            task.votes, task.skips = votes, skips
            task.wanted = wanted_again(target, votes=votes, leased=task.leased, wanted=task.wanted)
            settle_task(target, task)
            changed += 1
    return changed


def wanted_again(target: AnnotationRound, *, votes: int, leased: int, wanted: int) -> int:
    """Votes a task is asked for from now on; an adaptive round decides on the votes there are."""
    return wanted if target.first_overlap is None else max(target.first_overlap, votes + leased)
