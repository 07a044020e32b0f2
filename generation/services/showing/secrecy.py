"""Texts of the test split are never shown: who has read one cannot judge it blindly any more."""

from __future__ import annotations

import json
from collections.abc import Iterable

from curation.models import Example, Project

LEAKS = frozenset({"leakage", "near_leakage", "semantic_leakage"})
WITHHELD = "Not shown: it is too near to a test or training text."
MASK = "▒▒▒ not shown: too near to a test or training text ▒▒▒"


def copies_of_tests(project: Project, texts: Iterable[str]) -> set[str]:
    """Which of a page's texts stand in the test split, word for word.

    A draft that was rejected for itself, as too short say, was never held against the test set.
    """
    wanted = set(texts)
    if not wanted:
        return set()
    tests = Example.objects.filter(project=project, split=Example.Split.TEST, text__in=wanted)
    return set(tests.values_list("text", flat=True))


def masked(said: str, secret: Iterable[str]) -> str:
    r"""An answer without these texts of it, as they are or as JSON writes them.

    Where one is not found, since the answer writes it in another form, all of it is masked.

    >>> masked('["A \\"test\\" text.", "Fine."]', ['A "test" text.'])
    '["▒▒▒ not shown: too near to a test or training text ▒▒▒", "Fine."]'
    >>> masked('Caf\\x65', ["Cafe"]) == MASK
    True
    """
    for text in secret:
        found = [form for form in _written_forms(text) if form in said]
        if not found:
            return MASK
        for form in found:
            said = said.replace(form, MASK)
    return said


def _written_forms(text: str) -> tuple[str, ...]:
    """As it is, and as JSON writes it without and with escapes."""
    return (text, json.dumps(text, ensure_ascii=False)[1:-1], json.dumps(text)[1:-1])
