"""A project with made-up texts, five votes on each, a version and predictions."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from typing import Any

OVERLAP, LABELS, WORDS, VOCABULARY = 5, 4, 25, 20_000
CHUNK = 50_000
EXAMPLES_PER_ANNOTATOR = 5_000


def vocabulary() -> tuple[list[str], list[float]]:
    """Made-up words, and how often they come: the n-th as often as 1/n."""
    dice = random.Random(1)
    letters = "abcdefghijklmnopqrstuvwxyz"
    words = ["".join(dice.choices(letters, k=dice.randint(3, 9))) for _ in range(VOCABULARY)]
    weights = [1 / rank for rank in range(1, VOCABULARY + 1)]
    return words, list(_summed(weights))


def _summed(weights: list[float]) -> Iterator[float]:
    total = 0.0
    for weight in weights:
        total += weight
        yield total


def fill(examples: int) -> dict[str, Any]:
    """Write everything; seconds of each part."""
    from django.db import transaction

    from curation.bulk import count_rows_for_planner
    from curation.models import Annotation, Example, ExampleSummary, Task
    from curation.services.summaries import refresh

    project, target, annotators = _project(examples)
    seconds = {}

    def timed(name: str, work: Any) -> None:
        started = time.perf_counter()
        work()
        seconds[name] = round(time.perf_counter() - started, 1)

    with transaction.atomic():
        timed("texts", lambda: _texts(project, examples))
    with transaction.atomic():
        timed("votes", lambda: _votes(target, annotators))
    for model in (Example, ExampleSummary, Task, Annotation):
        count_rows_for_planner(model)
    timed("summaries", lambda: refresh(project))
    with transaction.atomic():
        timed("version", lambda: _version(project))
    return {"filling_seconds": seconds}


def _project(examples: int) -> tuple[Any, Any, list[Any]]:
    from curation.models import AnnotationRound, Annotator
    from curation.services.projects import NewLabel, create_project

    labels = [NewLabel(name=f"label-{number}") for number in range(LABELS)]
    project = create_project("big", labels=labels, overlap=OVERLAP)
    target = AnnotationRound.objects.create(
        project=project, number=1, front="votes", overlap=OVERLAP
    )
    people = max(2 * OVERLAP, OVERLAP * examples // EXAMPLES_PER_ANNOTATOR)
    Annotator.objects.bulk_create(
        Annotator(project=project, name=f"w{number:04}") for number in range(people)
    )
    return project, target, list(project.annotators.order_by("pk"))


def _texts(project: Any, examples: int) -> None:
    from django.utils import timezone

    from curation.bulk import chunked, insert_rows
    from curation.models import Example

    dice, now = random.Random(2), timezone.now()
    words, summed = vocabulary()
    labels = list(project.labels.order_by("position").values_list("pk", flat=True))

    def rows() -> Iterator[tuple[Any, ...]]:
        for number in range(examples):
            run = 1 + 20 * number // examples
            wrote = {"run": run, "method": ("zero_shot", "few_shot", "topic")[run % 3],
                     "prompt_version": f"v{run % 4}"}  # fmt: skip
            text = " ".join(dice.choices(words, cum_weights=summed, k=dice.randint(8, 2 * WORDS)))
            label = dice.choices(labels, weights=(60, 30, 9.9, 0.1))[0]
            yield (project.pk, f"e{number}", text, "synthetic", "pool", label, None, wrote, now)

    fields = ["project", "external_id", "text", "source", "split", "intended_label",
              "gold_label", "provenance", "created_at"]  # fmt: skip
    for some in chunked(rows(), CHUNK):
        insert_rows(Example, fields, some)


def _votes(target: Any, annotators: list[Any]) -> None:
    from curation.bulk import insert_rows
    from curation.models import Annotation, Task

    labels = list(target.project.labels.order_by("position").values_list("pk", flat=True))
    examples = target.project.examples.order_by("pk").values_list("pk", "intended_label")
    given = list(examples)
    insert_rows(Task, ["round", "example"], ((target.pk, key) for key, _ in given))
    tasks = target.tasks.order_by("pk").values_list("pk", flat=True)

    def rows() -> Iterator[tuple[Any, ...]]:
        dice, people = random.Random(3), [one.pk for one in annotators]
        for task, (_, intended) in zip(list(tasks), given, strict=True):
            sure = dice.choice((0.55, 0.75, 0.9, 0.97))
            first = dice.randrange(len(people))
            for place in range(OVERLAP):
                label = intended if dice.random() < sure else dice.choice(labels)
                yield task, people[(first + place) % len(people)], label

    insert_rows(Annotation, ["task", "annotator", "label"], rows())


def _version(project: Any) -> None:
    """A version as freezing would write it, without the splits that take their time."""
    from curation.bulk import insert_rows
    from curation.models import DatasetExample, DatasetVersion, ExampleSummary

    rows = ExampleSummary.objects.filter(project=project, label__isnull=False).order_by("pk")
    columns = list(rows.values_list("pk", "label", "agreement"))
    kept = sum(share >= 0.8 for *_, share in columns)
    version = DatasetVersion.objects.create(
        project=project, number=1, policy={"threshold": 0.8}, fingerprint="0" * 64, kept=kept,
        dropped={"below_threshold": len(columns) - kept}, annotators=1,
    )  # fmt: skip
    insert_rows(
        DatasetExample,
        ["version", "example", "label", "votes", "agreement", "entropy", "probability",
         "drop_reason", "split"],
        (
            (version.pk, key, label, [], share, 0.0, share,
             "" if share >= 0.8 else "below_threshold", "train")
            for key, label, share in columns
        ),
    )  # fmt: skip
