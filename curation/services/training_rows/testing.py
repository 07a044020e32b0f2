"""The fixed test set of a project."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.db.models import QuerySet

from curation.duplicates import normalised
from curation.errors import NothingToDo
from curation.models import Example, Project
from curation.services.training_rows.rows import PUBLISHED, LabelledRow, judged_texts


def test_rows(project: Project) -> list[LabelledRow]:
    """The fixed test set, by id: gold labels, else the aggregated label of its votes.

    Raises:
        NothingToDo: the project has no test texts with labels.
    """
    rows = {
        key: LabelledRow(id=key, text=text, label=label, agreement=share)
        for key, text, label, share in _trusted(project).values_list(
            "external_id", "text", "gold_label__name", PUBLISHED
        )
    }
    for row in _judged(project):
        known = rows.get(row.id)
        rows[row.id] = row if known is None else replace(row, label=known.label)
    if not rows:
        raise _no_test_set(project)
    return [rows[key] for key in sorted(rows)]


def normal_test_texts(project: Project) -> set[str]:
    """All test texts, normalised, whether they have a label or not: nothing may learn from them."""
    texts = project.examples.filter(split=Example.Split.TEST).values_list("text", flat=True)
    return {normalised(text) for text in texts.iterator()}


def scored_on(project: Project) -> tuple[int, int]:
    """How many of the test texts have a trusted label, and how many only their crowd's.

    Raises:
        NothingToDo: the project has no test texts with labels.
    """
    judged = {row.id for row in _judged(project)}
    trusted = _trusted(project).count()
    crowd = judged
    if judged:
        crowd = judged.difference(_trusted(project).values_list("external_id", flat=True))
    if not trusted and not crowd:
        raise _no_test_set(project)
    return trusted, len(crowd)


def _trusted(project: Project) -> QuerySet[Example]:
    return project.examples.filter(split=Example.Split.TEST, gold_label__isnull=False)


def _judged(project: Project) -> Sequence[LabelledRow]:
    found = judged_texts(project, split=Example.Split.TEST)
    return found.rows if found else ()


def _no_test_set(project: Project) -> NothingToDo:
    return NothingToDo(
        f"Project {project.slug!r} has no test set; import one with "
        f"manage.py import_examples {project.slug} FILE --split test, or set some judged texts "
        "aside with import_votes --test-share."
    )


test_rows.__test__ = False  # type: ignore[attr-defined]  # a service, not a test
