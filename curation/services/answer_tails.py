"""The newest rows of a table by annotator: what differs between two looks was changed meanwhile.

Looks of many projects begin at different keys. All begin at a multiple of `TAIL`, so that one
query tells of all of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Count, ExpressionWrapper, F, Max, QuerySet

TAIL = 5_000  # newest rows that are looked at each time: more than become visible after rows
# with greater keys, but by an import of votes, whose round tells of it

Signs = tuple[int, int, int]  # rows, those that name a label, and the newest one's key


@dataclass(kw_only=True)
class Tail:
    """The newest rows of a table, by annotator; what differs later was changed by somebody."""

    start: int  # rows with greater keys belong to it; a multiple of TAIL
    seen: dict[int, Signs]  # by annotator

    def differing(self, later: Tail) -> set[int]:
        """Annotators of whom the same look says something else now."""
        return {key for key, _ in self.seen.items() ^ later.seen.items()}


def newest_key(rows: models.Manager[Any] | QuerySet[Any]) -> int:
    return rows.aggregate(last=Max("pk"))["last"] or 0


def fresh_start(last: int) -> int:
    """Where a look begins that nobody began before; -TAIL or more."""
    return (last - TAIL) // TAIL * TAIL


def next_start(start: int, last: int) -> int:
    """Where it begins from now on: it is shortened when it has become twice as long."""
    return fresh_start(last) if last - start > 2 * TAIL else start


def tails_from(
    rows: QuerySet[Any], starts: Iterable[int], last: int, *, counted: str
) -> dict[int, Tail]:
    """Start → its tail, all from one query, so that they tell of the same moment.

    Args:
        starts: multiples of TAIL.
        last: rows with greater keys are left for the next time.
        counted: the column whose values are counted beside the rows.
    """
    tails = {start: Tail(start=start, seen={}) for start in starts}
    if not tails:
        return tails
    # with both ends SQLite walks along the table, with one along the whole index of annotators
    newest = rows.filter(pk__gt=min(tails), pk__lte=last).order_by()
    stretch = ExpressionWrapper((F("pk") - 1) / TAIL, output_field=models.BigIntegerField())
    found = (
        newest.annotate(stretch=stretch)
        .values_list("annotator", "stretch")
        .annotate(n=Count("pk"), of=Count(counted), last=Max("pk"))
    )
    for annotator, place, *signs in found:
        for start, tail in tails.items():
            if place * TAIL >= start:
                tail.seen[annotator] = _together(tail.seen.get(annotator), signs)
    return tails


def _together(known: Signs | None, more: list[int]) -> Signs:
    n, of, last = more
    return (n, of, last) if known is None else (known[0] + n, known[1] + of, max(known[2], last))
