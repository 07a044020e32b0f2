"""Answers given before the load begins, so that tables and lines are not as empty as on day one."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from curation.bulk import chunked, insert_rows
from curation.models import Annotation, AnnotationRound, Participation, Task

SPLIT = 0.05  # share of tasks whose first two votes differ
STEP = 25_000  # tasks written together


def give_answers(target: AnnotationRound, people: Sequence[Participation], *, each: int) -> int:
    """Two votes on each of the first tasks in line, `each` by every person; how many votes.

    Written as rows, since they would take an hour through the services. All are left settled;
    `settle_round` then asks again where two people differ.

    Args:
        target: an adaptive round that asks for two votes first, and in which nobody has answered.
        people: at least two, an even number.
    """
    tasks = _first_in_line(target, len(people) * each // 2)
    labels = list(target.project.labels.order_by("position").values_list("pk", flat=True))
    fields = ["task", "annotator", "label", "seconds", "key", "answered_at"]
    for start in range(0, len(tasks), STEP):
        part = tasks[start : start + STEP]
        with transaction.atomic():
            insert_rows(Annotation, fields, _votes(labels, people, part, start))
            settled = {"votes": 2, "due": 0, "state": Task.State.SETTLED}
            for keys in chunked(part, 5_000):
                Task.objects.filter(pk__in=keys).update(**settled)
    last = Task.objects.get(pk=tasks[-1]).position
    target.participations.update(served=each, answered=each, first_position=last)
    return 2 * len(tasks)


def _first_in_line(target: AnnotationRound, count: int) -> list[int]:
    """Keys of the first tasks in line whose texts nobody has judged in another round."""
    judged = Annotation.objects.of(target.project).values_list("task__example", flat=True)
    others = set(judged.order_by())
    line = target.tasks.filter(urgency=1, due__gt=0).order_by("position")
    rows = line.values_list("pk", "example")[: count + len(others)]
    return [task for task, example in rows if example not in others][:count]


def _votes(
    labels: Sequence[int], people: Sequence[Participation], tasks: Sequence[int], start: int
) -> Iterator[tuple[object, ...]]:
    """Votes of two people on each task: all people equally often, pairs changing."""
    n, then, every = len(people), timezone.now() - timedelta(days=1), round(1 / SPLIT)
    for number, task in enumerate(tasks, start):
        first = number % n
        second = (first + 1 + number // n % (n - 1)) % n
        label = number % len(labels)
        other = (label + 1) % len(labels) if number % every == 0 else label
        yield task, people[first].annotator_id, labels[label], 2.5, uuid.uuid4(), then
        yield task, people[second].annotator_id, labels[other], 2.5, uuid.uuid4(), then
