"""The table of texts as programs read it: whole texts, and labels by name."""

from __future__ import annotations

from dataclasses import dataclass

from curation.models import Project
from curation.services.examples_table import ExampleFilter, ExampleRow, keys_page, rows_of
from curation.services.summaries import bring_up

WHOLE = 10**9  # characters of a text


@dataclass(frozen=True, kw_only=True)
class WholeExample:
    """A row of the table with its whole text."""

    row: ExampleRow
    votes: dict[str, int]  # label → votes that count, every label of the project
    gold: str | None  # a trusted label


@dataclass(frozen=True, kw_only=True)
class WholePage:
    examples: list[WholeExample]
    after: str  # what the next page is asked for with; "" on the last


def whole_page(project: Project, wish: ExampleFilter, *, after: str, limit: int) -> WholePage:
    """The next examples that the filter means, in its order.

    Raises:
        BadInput: the filter names something that is not in the project, or `after` cannot be.
    """
    fresh = bring_up(project).fresh
    found = keys_page(project, wish, after=after, limit=limit, fresh=fresh)
    return WholePage(
        examples=whole_of(project, rows_of(project, found.keys, shown=WHOLE)), after=found.after
    )


def whole_of(project: Project, rows: list[ExampleRow]) -> list[WholeExample]:
    """The rows with what the table does not show."""
    names = project.label_names()
    examples = project.examples.filter(pk__in=[row.pk for row in rows])
    gold = dict(examples.values_list("pk", "gold_label__name"))
    return [
        WholeExample(
            row=row, votes=dict(zip(names, row.counts, strict=True)), gold=gold.get(row.pk)
        )
        for row in rows
    ]
