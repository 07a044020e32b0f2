"""A project of very many texts."""

from __future__ import annotations

import random
from collections.abc import Iterator

from django.db import transaction
from django.utils import timezone

from curation.bulk import insert_rows
from curation.models import Example, Project
from curation.services.examples import NewExample, add_examples
from curation.services.projects import NewLabel, create_project

LABELS = ("joke", "news", "other")
CHARACTERS = 200  # of a text, about


def fill(texts: int) -> Project:
    """The project "load" with `texts` texts of about 200 characters and three intended labels."""
    labels = [NewLabel(name=name) for name in LABELS]
    project = create_project("load", labels=labels, overlap=3)
    keys = list(project.labels.order_by("position").values_list("pk", flat=True))
    fields = [
        "project", "external_id", "text", "source", "split", "intended_label", "provenance",
        "created_at",
    ]  # fmt: skip
    now = timezone.now()
    rows: Iterator[tuple[object, ...]] = (
        (project.pk, f"e{number}", text, Example.Source.SYNTHETIC, Example.Split.POOL,
         keys[number % len(keys)], {}, now)
        for number, text in enumerate(_texts(texts))
    )  # fmt: skip
    with transaction.atomic():
        insert_rows(Example, fields, rows)
    return project


def add_known_texts(project: Project, count: int) -> None:
    """Texts with known answers, for a round that checks its annotators."""
    label = project.labels.get(position=0)
    add_examples(
        project,
        (
            NewExample(
                external_id=f"known{number}", text=f"known {text}", source="synthetic",
                split=Example.Split.CHECK, gold_label=label.name,
            )
            for number, text in enumerate(_texts(count))
        ),
    )  # fmt: skip


def _texts(count: int) -> Iterator[str]:
    dice = random.Random(0)
    words = [f"{a}{b}{c}" for a in ("ba", "so", "mi", "tru") for b in "lnrst" for c in ("e", "ing")]
    parts = [" ".join(dice.choices(words, k=11)) for _ in range(5_000)]
    for number in range(count):
        yield f"{number} {' '.join(dice.choices(parts, k=4))}"[:CHARACTERS]
