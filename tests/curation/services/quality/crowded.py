"""A project that a simulated crowd of several kinds has judged, checks included."""

from __future__ import annotations

import random
from datetime import timedelta

from django.utils import timezone

from curation.models import Annotation, AnnotationRound, Annotator, Participation, Project, Task
from curation.simulation import SimulatedCrowd
from tests.factories import make_example, make_project, make_round

KINDS = {"expert": 4, "careless": 1, "one_button": 1}


def make_crowded(
    kinds: dict[str, int] | None = None, *, texts: int = 40, known: int = 6, slug: str = "jokes"
) -> Project:
    """Every annotator answers every text, then `known` gold texts; sim-01 is the first kind's."""
    project = make_project(slug, overlap=sum((kinds or KINDS).values()))
    crowd = SimulatedCrowd.of(kinds or KINDS, labels=["joke", "news"], seed=1)
    target = make_round(project, front="page", simulated=True)
    tasks = [_task(target, f"text-{number}", "pool", number) for number in range(texts)]
    tasks += [_task(target, f"known-{number}", "check", number) for number in range(known)]
    labels = {label.name: label for label in project.labels.all()}
    began = timezone.now() - timedelta(days=1)
    rows = []
    for person in crowd.annotators:
        annotator = Annotator.objects.create(project=project, name=person.name, simulated=True)
        Participation.objects.create(round=target, annotator=annotator)
        for place, task in enumerate(tasks):
            right = task.example.intended_label or task.example.gold_label
            assert right is not None
            given = crowd.answer(person, task.example.external_id, right.name, position=place)
            rows.append(
                Annotation(
                    task=task,
                    annotator=annotator,
                    label=labels.get(given.label),
                    seconds=given.seconds,
                    answered_at=began + timedelta(seconds=10 * place),
                )
            )
    Annotation.objects.bulk_create(rows)
    return project


def _task(target: AnnotationRound, name: str, split: str, number: int) -> Task:
    label = random.Random(number).choice(["joke", "news"])  # in turns would look like a pattern
    is_pool = split == "pool"
    example = make_example(
        target.project,
        f"{name} is a text of some words",
        name=name,
        split=split,
        intended=label if is_pool else None,
        gold=None if is_pool else label,
    )
    purpose = Task.Purpose.VOTE if is_pool else Task.Purpose.GOLD
    wanted = target.overlap if is_pool else 0
    return Task.objects.create(
        round=target, example=example, purpose=purpose, wanted=wanted, votes=wanted
    )
