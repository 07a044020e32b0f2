"""A search along the keys, a stretch of them after another: the index names who may have the words.

Reading all texts on the way takes long where few of them have the words, and a list of all that
have them takes long where the project is large. A stretch is as long as some hundreds of them are
expected in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Max, Min, QuerySet

from curation.models import ExampleSummary, Project
from curation.services.examples_table.naming import only
from curation.services.examples_table.searching import (
    COMMON,
    Words,
    expected,
    keys_between,
    with_texts,
)

HOPED = 1_000  # texts with the words that a stretch is made for
READ_ALL = 2_000  # texts that are rather read one after another


@dataclass(frozen=True, kw_only=True)
class Stretches:
    """How a project is gone through for some words."""

    first: int  # the project's keys
    last: int
    width: int  # keys of the first stretch


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """Texts that may have the words, in order."""

    rows: list[tuple[float, int, str]]  # (place, key, text)
    named: int  # texts that the index named
    beyond: int | None  # the key after which to go on; None: there is no more


def stretches_for(project: Project, words: Words, *, limit: int) -> Stretches | None:
    """None where it is better, or the only way, to read all texts on the way.

    Args:
        limit: texts looked for.
    """
    number = expected(project, words.terms)
    if not number:
        return None
    ends = ExampleSummary.objects.filter(project=project).aggregate(a=Min("pk"), z=Max("pk"))
    if ends["a"] is None:
        return None
    span = ends["z"] - ends["a"] + 1
    phrase = any(len(term.words) > 1 for term in words.terms)
    read = span * limit / number  # on the way, until so many are found
    if number > COMMON * span or (read < READ_ALL and not phrase):
        return None
    return Stretches(first=ends["a"], last=ends["z"], width=int(HOPED * span / number) + 1)


def stretches(
    project: Project,
    rows: QuerySet[Any, Any],
    words: Words,
    way: Stretches,
    *,
    down: bool,
    start: int | None,
) -> Iterator[Stretch]:
    """Go through the keys from `start`, which is left out, or from an end.

    Args:
        rows: summaries with their `place`, in the order of keys that `down` says.
    """
    width = way.width
    place = start if start is not None else (way.last + 1 if down else way.first - 1)
    while way.first < place if down else place < way.last:
        low, high = (place - width, place - 1) if down else (place + 1, place + width)
        keys = keys_between(project, words, low=low, high=high, down=down, most=2 * HOPED)
        full = len(keys) == 2 * HOPED
        place = keys[-1] if full else (low if down else high)
        more = way.first < place if down else place < way.last
        here = with_texts(only(rows, keys)).values_list("place", "pk", "words_in")
        yield Stretch(rows=list(here), named=len(keys), beyond=place if more else None)
        width = width if full else 2 * width
