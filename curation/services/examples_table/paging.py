"""One page of the table after another, by key and never by offset.

With a million examples a page must look at few of them. Where one of the conditions holds for few
examples only, an index names these and the rest is asked of them. Else the table is walked in the
order asked for until a page is full, which is soon, since every condition holds for many.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, F, Func, QuerySet, Value
from django.db.models.lookups import GreaterThan, LessThan

from curation.errors import BadInput
from curation.models import ExampleSummary, Project
from curation.services.examples_table.asked import JUDGED_ONLY, ExampleFilter
from curation.services.examples_table.conditions import Condition, conditions_of
from curation.services.examples_table.expecting import expected_rows
from curation.services.examples_table.naming import only
from curation.services.examples_table.searching import (
    FEW,
    SURELY_MANY,
    Words,
    index_is_sure,
    search,
    surely_many,
    with_texts,
    words_of,
)
from curation.services.examples_table.stretches import Stretches, stretches, stretches_for
from curation.services.summaries import bring_up, freshness

MANY = 10_000  # examples that are not counted any more
LOOKED_AT = 20_000  # texts read for one page at most; the next page goes on from there
STEP = 1_000  # texts read together, at most

PLACES = {  # order → the column it goes by, and whether downwards
    "newest": ("pk", True),
    "oldest": ("pk", False),
    "disputed": ("agreement", False),
    "agreed": ("agreement", True),
    "shortest": ("length", False),
    "longest": ("length", True),
}


@dataclass(frozen=True, kw_only=True)
class Selection:
    """What a filter comes down to in the database."""

    rows: QuerySet[ExampleSummary]
    few: bool  # an index named the candidates, so counting is cheap
    words: Words | None  # still to be looked for in the texts on the way
    guessed: bool = False  # that the words are too common to be looked up


@dataclass(frozen=True, kw_only=True)
class KeysPage:
    """Keys of the examples of one page, in order."""

    keys: list[int]
    after: str  # what the next page is asked for with; "" on the last
    looked_at: int  # texts read for it in vain and not; 0 where none had to be read


@dataclass(frozen=True, kw_only=True)
class Count:
    """How many examples a filter means: exactly, or more than that."""

    number: int
    more: bool = False


def select(project: Project, wish: ExampleFilter, *, fresh: bool, sure: bool = False) -> Selection:
    """
    Args:
        fresh: whether the summaries tell of all votes.
        sure: look words up however common they may be.

    Raises:
        BadInput: the filter names something that is not in the project.
    """
    conditions = conditions_of(project, wish, fresh=fresh)
    rows = ExampleSummary.objects.filter(project=project)
    if wish.order in JUDGED_ONLY:
        rows = rows.filter(agreement__gt=0)
    for condition in conditions:
        rows = rows.filter(condition.test)
    words = words_of(wish.text) if wish.text else None
    if words is None:
        named = _narrowest(conditions)
        return Selection(rows=only(rows, named), few=named is not None, words=None)
    found = search(project, words, sure=sure)
    if found.keys is not None:
        return Selection(rows=only(rows, found.keys), few=True, words=None)
    rows = only(rows, _narrowest(conditions))
    return Selection(rows=rows, few=False, words=words, guessed=found.guessed)


def keys_page(
    project: Project, wish: ExampleFilter, *, after: str, limit: int, fresh: bool
) -> KeysPage:
    """Keys of the next `limit` examples.

    Args:
        after: the `after` of the page before; "" for the first.
        fresh: whether the summaries tell of all votes.

    Raises:
        BadInput: the filter or `after` cannot be meant.
    """
    selection = select(project, wish, fresh=fresh)
    page = _page(project, selection, wish, after=after, limit=limit)
    if selection.guessed and page.after and len(page.keys) < limit:
        # many texts without the words: the guess may have been wrong
        selection = select(project, wish, fresh=fresh, sure=True)
        if selection.words is None:
            return _page(project, selection, wish, after=after, limit=limit)
    return page


def _page(
    project: Project, selection: Selection, wish: ExampleFilter, *, after: str, limit: int
) -> KeysPage:
    rows = _placed(selection.rows, wish, after)
    if selection.words is not None:
        by_key = PLACES[wish.order][0] == "pk"
        way = stretches_for(project, selection.words, limit=limit) if by_key else None
        if way is None:
            steps = _walk(rows, wish, limit)
        else:
            steps = _stretches(project, rows, selection.words, way, wish, after)
        return _with_words(steps, selection.words, limit)
    found = list(rows.values_list("place", "pk")[: limit + 1])
    beyond = _token(*found[limit - 1]) if len(found) > limit else ""
    return KeysPage(keys=[key for _, key in found[:limit]], after=beyond, looked_at=0)


def count_of(project: Project, wish: ExampleFilter) -> Count:
    """How many examples the filter means, up to `MANY`.

    It may look at the whole table, so pages ask for it when they are there already.
    """
    fresh = bring_up(project).fresh
    alone = wish.query() == ExampleFilter(text=wish.text).query()  # words and nothing else
    selection = select(project, wish, fresh=fresh)
    if alone and selection.guessed and not surely_many(project, words_of(wish.text)):
        selection = select(project, wish, fresh=fresh, sure=True)
    if selection.words is None:
        number = selection.rows.order_by()[: MANY + 1].count()
        return Count(number=min(number, MANY), more=number > MANY)
    if alone and (index_is_sure(selection.words) or surely_many(project, selection.words)):
        return Count(number=MANY, more=True)
    page = _page(project, selection, wish, after="", limit=MANY)
    return Count(number=len(page.keys), more=bool(page.after))


def all_keys(project: Project, wish: ExampleFilter, *, step: int) -> Iterator[list[int]]:
    """Keys of all examples that the filter means, `step` at most at a time."""
    after, fresh = "", freshness(project).fresh
    while True:
        page = keys_page(project, wish, after=after, limit=step, fresh=fresh)
        if page.keys:
            yield page.keys
        if not page.after:
            return
        after = page.after


def _narrowest(conditions: list[Condition]) -> list[int] | None:
    """Keys of the first condition that holds for few examples; None where none does."""
    for condition in conditions:
        keys = condition.keys
        if keys is None or expected_rows(keys) > SURELY_MANY:
            continue
        found = list(keys[: FEW + 1])
        if len(found) <= FEW:
            return found
    return None


def _placed(rows: QuerySet[Any], wish: ExampleFilter, after: str) -> QuerySet[Any]:
    """The rows in the order asked for, after a place in it."""
    column, down = PLACES[wish.order]
    sign = "-" if down else ""
    names = ["pk"] if column == "pk" else [column, "pk"]
    rows = rows.annotate(place=F(column)).order_by(*(sign + name for name in names))
    if not after:
        return rows
    place, key = _place_of(after)
    if column == "pk":
        return rows.filter(pk__lt=key) if down else rows.filter(pk__gt=key)
    if column == "length":
        place = int(place)  # PostgreSQL would not look a fraction up among whole numbers
    # the planner has numbers for the column and none for pairs
    rows = rows.filter(**{f"{column}__{'lte' if down else 'gte'}": place})
    ahead = LessThan if down else GreaterThan
    return rows.filter(ahead(Pair(F(column), F("pk")), Pair(Value(place), Value(key))))


class Pair(Func):
    """Two values that are compared as one, so that an index begins where a page does."""

    template = "(%(expressions)s)"
    arity = 2
    output_field = BooleanField()  # it is never read


def _token(place: float, key: int) -> str:
    return f"{place!r}~{key}"


def _place_of(after: str) -> tuple[float, int]:
    place, _, key = after.partition("~")
    try:
        number = float(place)
        if abs(number) < 2**62 and key.isascii() and key.isdecimal() and len(key) < 19:
            return number, int(key)
    except ValueError:
        pass
    raise BadInput(f"No page begins after {after[:40]!r}; begin with the first page again.")


Step = tuple[list[tuple[float, int, str]], str]  # (place, key, text) in order; what goes on after


def _walk(rows: QuerySet[Any], wish: ExampleFilter, limit: int) -> Iterator[Step]:
    """Texts along the order, few at first, and not for ever."""
    looked, after, size = 0, "", min(STEP, 2 * limit)
    while looked < LOOKED_AT:
        here = _placed(rows, wish, after) if after else rows
        size = min(size, LOOKED_AT - looked)
        step = list(with_texts(here).values_list("place", "pk", "words_in")[:size])
        after = _token(*step[-1][:2]) if len(step) == size else ""
        yield step, after
        if not after:
            return
        looked, size = looked + size, min(STEP, 2 * size)


def _stretches(
    project: Project,
    rows: QuerySet[Any],
    words: Words,
    way: Stretches,
    wish: ExampleFilter,
    after: str,
) -> Iterator[Step]:
    """The same of texts that the index names, by keys."""
    start = _place_of(after)[1] if after else None
    looked, down = 0, PLACES[wish.order][1]
    for stretch in stretches(project, rows, words, way, down=down, start=start):
        beyond = stretch.beyond
        yield stretch.rows, "" if beyond is None else _token(beyond, beyond)
        looked += stretch.named
        if looked >= LOOKED_AT:
            return


def _with_words(steps: Iterator[Step], words: Words, limit: int) -> KeysPage:
    """Read until a page is full."""
    keys: list[int] = []
    looked, after = 0, ""
    for step, beyond in steps:
        after = beyond
        for place, key, text in step:
            looked += 1
            if words.in_text(text):
                keys.append(key)
                if len(keys) == limit:
                    return KeysPage(keys=keys, after=_token(place, key), looked_at=looked)
    return KeysPage(keys=keys, after=after, looked_at=looked)
