"""The fixed test set of a project."""

from __future__ import annotations

from dataclasses import replace

from curation.errors import NothingToDo
from curation.models import Example, Project
from curation.services.training_rows.rows import PUBLISHED, LabelledRow, judged_texts


def test_rows(project: Project) -> list[LabelledRow]:
    """The fixed test set, by id: gold labels, else the aggregated label of its votes.

    Raises:
        NothingToDo: the project has no test texts with labels.
    """
    gold = project.examples.filter(split=Example.Split.TEST, gold_label__isnull=False)
    rows = {
        key: LabelledRow(id=key, text=text, label=label, agreement=share)
        for key, text, label, share in gold.values_list(
            "external_id", "text", "gold_label__name", PUBLISHED
        )
    }
    found = judged_texts(project, split=Example.Split.TEST)
    for row in found.rows if found else ():
        known = rows.get(row.id)
        rows[row.id] = row if known is None else replace(row, label=known.label)
    if not rows:
        raise NothingToDo(
            f"Project {project.slug!r} has no test set; import one with "
            f"manage.py import_examples {project.slug} FILE --split test, or set some judged texts "
            "aside with import_votes --test-share."
        )
    return [rows[key] for key in sorted(rows)]


def scored_on(project: Project) -> tuple[int, int]:
    """How many of the test texts have a trusted label, and how many only their crowd's."""
    trusted = project.examples.filter(split=Example.Split.TEST, gold_label__isnull=False).count()
    return trusted, len(test_rows(project)) - trusted


test_rows.__test__ = False  # type: ignore[attr-defined]  # a service, not a test
