"""Words in the texts of examples, behind one small interface whatever the database.

A project of few texts is searched by reading them all, so parts of words are found too. A large
one is searched by the index that the database keeps up with every stored example, FTS5 on SQLite
and a `tsvector` on PostgreSQL. Words that most texts have are not looked up but recognised while
the table is walked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from curation.models import Example, Project

FEW = 10_000  # keys that are worth fetching before the table is looked at
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

    @property
    def pattern(self) -> str:
        inner = r"[\W_]+".join(re.escape(word) for word in self.words)
        return rf"(?<![^\W_]){inner}" + (r"(?![^\W_])" if self.whole else "")


@dataclass(frozen=True, kw_only=True)
class Words:
    """What a text must have: all of the terms."""

    terms: tuple[Term, ...]
    typed: tuple[str, ...]  # the same as they were typed, folded, for looking inside of words

    def in_text(self, text: str) -> bool:
        """Whether the text has them all, as the database's index would say."""
        return all(re.search(term.pattern, text, re.IGNORECASE) for term in self.terms)

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


def search(project: Project, words: Words) -> Found:
    """Keys of the examples of a project that have the words."""
    few = list(project.examples.order_by("pk").values_list("pk", "text")[: SMALL + 1])
    if len(few) <= SMALL:
        return Found(keys=[key for key, text in few if words.inside(text)])
    if not words.terms:
        return Found(keys=[])  # signs alone are in no index
    find = _by_postgres if connection.vendor == "postgresql" else _by_fts5
    keys = find(project, words.terms)
    return Found(keys=keys if len(keys) <= FEW else None)


def looks_inside(project: Project) -> bool:
    """Whether the project is small enough to be searched for parts of words."""
    return not Example.objects.filter(project=project).order_by()[SMALL:].exists()


def _by_fts5(project: Project, terms: Sequence[Term]) -> list[int]:
    asked = [f'text : "{" ".join(term.words)}"{"" if term.whole else " *"}' for term in terms]
    match = " AND ".join([*asked, f'project_id : "{project.pk}"'])
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rowid FROM curation_example_words WHERE curation_example_words MATCH %s"
            " ORDER BY rowid DESC LIMIT %s",
            [match, FEW + 1],
        )
        return [key for (key,) in cursor.fetchall()]


def _by_postgres(project: Project, terms: Sequence[Term]) -> list[int]:
    """The index knows words, not their places: whether they follow one another is read after."""
    asked = [word if term.whole else f"{word}:*" for term in terms for word in term.words]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM curation_example WHERE project_id = %s"
            " AND curation_words(text) @@ to_tsquery('simple', %s) LIMIT %s",
            [project.pk, " & ".join(asked), FEW + 1],
        )
        keys = [key for (key,) in cursor.fetchall()]
    phrases = Words(terms=tuple(term for term in terms if len(term.words) > 1), typed=())
    if len(keys) > FEW or not phrases.terms:
        return keys
    texts = Example.objects.filter(pk__in=keys).order_by().values_list("pk", "text")
    return [key for key, text in texts if phrases.in_text(text)]
