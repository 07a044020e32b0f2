"""Words in the texts of examples, behind one small interface whatever the database.

A project of few texts is searched by reading them all, so parts of words are found too. A large
one is searched by the index that the database keeps up with every stored example, FTS5 on SQLite
and a `tsvector` on PostgreSQL. Words that most texts have are not looked up but recognised while
the table is walked; that they are so many is guessed where the database can, and remembered.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from typing import Any

from django.core.cache import cache
from django.db import connection
from django.db.models import Max, Min, OuterRef, QuerySet, Subquery

from curation.models import Example, ExampleSummary, Project
from curation.services.examples_table.expecting import expected_of

FEW = 10_000  # keys that are worth fetching before the table is looked at
SURELY_MANY = 2 * FEW  # a guess of so many is taken for more than FEW
PLACES, AT_A_PLACE = 10, 40  # of a sample: where texts are read, and how many
COMMON = 0.05  # share of a sample that so few texts are enough for
REMEMBERED = 600  # seconds for which it is remembered what is too common, and what is large
SMALL = 2_000  # examples of a project that are all read
MOST_TERMS = 12
LONGEST_WORD = 80
WORD = re.compile(r"[^\W_]+")
SHORTEST_BEGINNING = 2  # letters that may begin a longer word


@dataclass(frozen=True, kw_only=True)
class Term:
    """A word, or several that stand one after another."""

    words: tuple[str, ...]  # lower case
    whole: bool  # False: longer words that begin so count as well

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        inner = r"[\W_]+".join(re.escape(word) for word in self.words)
        end = r"(?![^\W_])" if self.whole else ""
        return re.compile(rf"(?<![^\W_]){inner}{end}", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Words:
    """What a text must have: all of the terms."""

    terms: tuple[Term, ...]
    typed: tuple[str, ...]  # the same as they were typed, folded, for looking inside of words

    def in_text(self, text: str) -> bool:
        """Whether the text has them all, as the database's index would say."""
        if text.isascii():  # most are found wanting by this, ten times as fast as by patterns
            lower = text.lower()
            if not all(word in lower for term in self.terms for word in term.words):
                return False
        return all(term.pattern.search(text) for term in self.terms)

    def inside(self, text: str) -> bool:
        """Whether the text has them all anywhere, also within words."""
        folded = text.casefold()
        return all(part in folded for part in self.typed)


def words_of(typed: str) -> Words:
    """What somebody typed, as terms; no terms where there is no letter and no digit.

    >>> [(term.words, term.whole) for term in words_of('Film "very good" a').terms]
    [(('very', 'good'), True), (('film',), False), (('a',), True)]
    """
    quoted = re.findall(r'"([^"]*)"', typed)
    loose = re.sub(r'"[^"]*"', " ", typed).replace('"', " ")
    terms = [Term(words=_words(phrase), whole=True) for phrase in quoted]
    terms += [Term(words=(word,), whole=len(word) < SHORTEST_BEGINNING) for word in _words(loose)]
    return Words(
        terms=tuple(term for term in terms if term.words)[:MOST_TERMS],
        typed=tuple(part.casefold() for part in [*quoted, *loose.split()] if part.strip()),
    )


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.lower()[:LONGEST_WORD] for word in WORD.findall(text))


@dataclass(frozen=True, kw_only=True)
class Found:
    """What the search gives: the keys, or that there are too many to name."""

    keys: list[int] | None  # None: more than FEW; see with `Words.in_text` on the way
    guessed: bool = False  # too many by the database's statistics: nobody has looked


def search(project: Project, words: Words, *, sure: bool = False) -> Found:
    """Keys of the examples of a project that have the words.

    Args:
        sure: look, however many there may be; a common word takes a second then.
    """
    if looks_inside(project):
        texts = project.examples.order_by("pk").values_list("pk", "text")
        return Found(keys=[key for key, text in texts if words.inside(text)])
    if not words.terms:
        return Found(keys=[])  # signs alone are in no index
    name = remembered_as("common", project, words.terms)
    common = cache.get(name)  # whether somebody has found more than FEW; None: nobody looked
    if common:
        return Found(keys=None)
    if common is None and not sure and expected(project, words.terms) > SURELY_MANY:
        return Found(keys=None, guessed=True)
    keys = look_up(project, words.terms)
    cache.set(name, len(keys) > FEW, REMEMBERED)
    return Found(keys=keys if len(keys) <= FEW else None)


def remembered_as(what: str, project: Project, terms: Sequence[Term] = ()) -> str:
    """What the cache calls something of a project, or of words in it."""
    asked = json.dumps([[term.words, term.whole] for term in terms])
    digest = blake2b(asked.encode(), digest_size=16).hexdigest()
    return f"{what}-{project.pk}-{project.created_at.timestamp()}-{digest}"


def looks_inside(project: Project) -> bool:
    """Whether the project is small enough to be searched for parts of words.

    That it is large is remembered: texts seldom go, and each page of the table asks twice.
    """
    name = remembered_as("large", project)
    if cache.get(name):
        return False
    large = Example.objects.filter(project=project).order_by()[SMALL:].exists()
    if large:
        cache.set(name, large, REMEMBERED)
    return not large


def with_texts(rows: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
    """Summaries with the `words_in` of their examples.

    Looked up one by one: PostgreSQL may join the tables by reading both from the beginning, however
    far from there the rows are.
    """
    text = Example.objects.filter(pk=OuterRef("pk")).order_by().values("text")
    return rows.annotate(words_in=Subquery(text))


def surely_many(project: Project, words: Words) -> bool:
    """Whether texts from all over the project say that far more than FEW have the words; cheap.

    False where the sample is too small to say.
    """
    rows = ExampleSummary.objects.filter(project=project).order_by("pk")
    ends = rows.aggregate(first=Min("pk"), last=Max("pk"))
    if ends["first"] is None:
        return False
    width = (ends["last"] - ends["first"]) // PLACES + 1
    said = with_texts(rows).values_list("words_in", flat=True)
    texts = [
        text
        for place in range(ends["first"], ends["last"] + 1, width)
        for text in said.filter(pk__gte=place)[:AT_A_PLACE]
    ]
    share = sum(map(words.in_text, texts)) / len(texts)
    return share >= COMMON and rows.order_by()[int(SURELY_MANY / share) :].exists()


def index_is_sure(words: Words) -> bool:
    """Whether all that the index names have the words; PostgreSQL's knows no order of words."""
    return connection.vendor != "postgresql" or all(len(term.words) == 1 for term in words.terms)


def look_up(project: Project, terms: Sequence[Term]) -> list[int]:
    """Keys that the database's index names; FEW + 1 at most."""
    find = _by_postgres if connection.vendor == "postgresql" else _by_fts5
    return find(project, terms)


def keys_between(
    project: Project, words: Words, *, low: int, high: int, down: bool, most: int
) -> list[int]:
    """Keys from `low` to `high` of texts that the index names, in order; `most` at most.

    On PostgreSQL words of a phrase may stand anywhere in them.
    """
    postgres = connection.vendor == "postgresql"
    statement, key = (WITH_WORDS, "id") if postgres else (MATCHING, "rowid")
    asked = _asked(project, words.terms) if postgres else [_match(project, words.terms)]
    with connection.cursor() as cursor:
        cursor.execute(
            f"{statement} AND {key} BETWEEN %s AND %s"
            f" ORDER BY {key} {'DESC' if down else 'ASC'} LIMIT %s",
            [*asked, low, high, most],
        )
        return [key for (key,) in cursor.fetchall()]


MATCHING = "SELECT rowid FROM curation_example_words WHERE curation_example_words MATCH %s"


def _match(project: Project, terms: Sequence[Term]) -> str:
    asked = [f'text : "{" ".join(term.words)}"{"" if term.whole else " *"}' for term in terms]
    return " AND ".join([*asked, f'project_id : "{project.pk}"'])


def _by_fts5(project: Project, terms: Sequence[Term]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"{MATCHING} ORDER BY rowid DESC LIMIT %s", [_match(project, terms), FEW + 1]
        )
        return [key for (key,) in cursor.fetchall()]


def expected(project: Project, terms: Sequence[Term]) -> float:
    """How many examples PostgreSQL's planner expects to have the words; 0: it cannot be asked.

    Remembered, since each page asks twice and the planner's sample is as old as it is.
    """
    if connection.vendor != "postgresql":
        return 0
    name = remembered_as("expected", project, terms)
    known: float | None = cache.get(name)
    if known is None:
        known = expected_of(WITH_WORDS, _asked(project, terms))
        cache.set(name, known, REMEMBERED)
    return known


WITH_WORDS = (
    "SELECT id FROM curation_example WHERE project_id = %s"
    " AND curation_words(text) @@ to_tsquery('simple', %s)"
)


def _asked(project: Project, terms: Sequence[Term]) -> list[Any]:
    words = [word if term.whole else f"{word}:*" for term in terms for word in term.words]
    return [project.pk, " & ".join(words)]


def _by_postgres(project: Project, terms: Sequence[Term]) -> list[int]:
    """The index knows words, not their places: whether they follow one another is read after."""
    with connection.cursor() as cursor:
        cursor.execute(f"{WITH_WORDS} LIMIT %s", [*_asked(project, terms), FEW + 1])
        keys = [key for (key,) in cursor.fetchall()]
    phrases = Words(terms=tuple(term for term in terms if len(term.words) > 1), typed=())
    if len(keys) > FEW or not phrases.terms:
        return keys
    texts = Example.objects.filter(pk__in=keys).order_by().values_list("pk", "text")
    return [key for key, text in texts if phrases.in_text(text)]
