"""Annotators as their list shows them: sorted, with figures drawn on common scales."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from urllib.parse import urlencode

from curation.models import Annotator
from curation.reporting.figures import KINDS, Cell, FigureScale, columns_of, figure_scale
from curation.services.quality.lines import AnnotatorLine

PAGE = 50
STANDINGS: dict[str, str] = {
    Annotator.Standing.GOOD: "in good standing",
    Annotator.Standing.WARNED: "warned",
    Annotator.Standing.PAUSED: "paused",
    Annotator.Standing.EXCLUDED: "votes set aside",
}


@dataclass(frozen=True, kw_only=True)
class Row:
    line: AnnotatorLine
    cells: list[Cell | None]  # in the order of the columns
    standing: str
    good: bool


@dataclass(frozen=True, kw_only=True)
class SortLink:
    title: str
    query: str
    chosen: bool


@dataclass(frozen=True, kw_only=True)
class PeoplePage:
    columns: list[tuple[str, str]]  # title, meaning
    rows: list[Row]
    sorts: list[SortLink]
    previous: str  # query; "" at the beginning
    following: str
    first: int  # number of the first row, from 1
    last: int


def people_page(people: list[AnnotatorLine], *, sort: str, page: int) -> PeoplePage:
    """One page of the list.

    Args:
        people: most doubtful first.
        sort: "doubt", "name", "answers" or a figure; anything else is "doubt".
        page: from 1; beyond the ends it is the nearest.
    """
    figures = [line.figures for line in people]
    names, scale = columns_of(figures), figure_scale(figures)
    known = {"doubt": "doubt", "name": "name", "answers": "answers"}
    known |= {name: KINDS[name].title.lower() for name in names}
    sort = sort if sort in known else "doubt"
    ordered = _sorted(people, sort)
    pages = max(1, -(-len(ordered) // PAGE))
    page = min(max(page, 1), pages)
    start = (page - 1) * PAGE
    shown = ordered[start : start + PAGE]
    return PeoplePage(
        columns=[(KINDS[name].title, KINDS[name].meaning) for name in names],
        rows=[_row(line, names, scale) for line in shown],
        sorts=[
            SortLink(title=title, query=_query(key, 1), chosen=key == sort)
            for key, title in known.items()
        ],
        previous=_query(sort, page - 1) if page > 1 else "",
        following=_query(sort, page + 1) if page < pages else "",
        first=start + 1,
        last=start + len(shown),
    )


def _sorted(people: list[AnnotatorLine], sort: str) -> list[AnnotatorLine]:
    """Figures from the lowest up, those without it last; of equals, the more doubtful first."""
    if sort == "doubt":
        return people
    if sort == "name":
        return sorted(people, key=lambda line: line.annotator.name)
    if sort == "answers":
        return sorted(people, key=lambda line: -line.answers)
    return sorted(
        people,
        key=lambda line: line.figures[sort].value if sort in line.figures else inf,
    )


def _row(line: AnnotatorLine, names: list[str], scale: FigureScale) -> Row:
    return Row(
        line=line,
        cells=[
            scale.cell(name, line.figures[name]) if name in line.figures else None for name in names
        ],
        standing=STANDINGS[line.annotator.standing],
        good=line.annotator.standing == Annotator.Standing.GOOD,
    )


def _query(sort: str, page: int) -> str:
    told = {"sort": sort} if sort != "doubt" else {}
    if page > 1:
        told["page"] = str(page)
    return f"?{urlencode(told)}"
