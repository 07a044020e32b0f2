"""What speaks against a text by itself, whatever else is known."""

from __future__ import annotations

from dataclasses import dataclass

from generation.screening.boilerplate import boilerplate
from generation.screening.characters import is_broken
from generation.screening.checks import Checks
from generation.screening.finding import FINE, Finding
from generation.screening.giveaways import names_label
from generation.screening.languages import other_language
from generation.screening.length import length_detail, length_reason
from generation.screening.personal_data import personal_data
from generation.screening.refusals import is_refusal


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What a text should be like."""

    words: tuple[int, int]  # fewest and most that were asked for
    giveaways: frozenset[str] = frozenset()  # words that give its label away
    language: str = ""  # code; "" = not checked


def finding_alone(text: str, expected: Expected, checks: Checks) -> Finding:
    """The first thing that speaks against `text`, cheap checks first.

    >>> finding_alone("I can't write that.", Expected(words=(1, 9)), Checks()).reason
    'refusal'
    """
    found = (
        _unusable(text)
        or (checks.boilerplate and _found("boilerplate", boilerplate(text)))
        or _wrong_length(text, expected.words)
        or (checks.giveaway and _given_away(text, expected.giveaways))
        or (checks.personal and _found("personal_data", personal_data(text)))
        or (checks.language and _foreign(text, expected.language))
    )
    return found or FINE


def _unusable(text: str) -> Finding:
    if not text.strip():
        return Finding("empty")
    if is_broken(text):
        return Finding("broken_characters")
    return Finding("refusal") if is_refusal(text) else FINE


def _wrong_length(text: str, words: tuple[int, int]) -> Finding:
    reason = length_reason(text, words=words)
    return Finding(reason, length_detail(text, words=words)) if reason else FINE


def _given_away(text: str, giveaways: frozenset[str]) -> Finding:
    return _found("names_label", names_label(text, words=giveaways), "names the label: {}")


def _foreign(text: str, language: str) -> Finding:
    return _found(
        "other_language", other_language(text, language=language) if language else "", "looks {}"
    )


def _found(reason: str, what: str, saying: str = "{}") -> Finding:
    return Finding(reason, saying.format(what)) if what else FINE
