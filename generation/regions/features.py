"""What can be said about a text without repeating a word of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

ENGLISH = ("", "en")  # languages whose word lists are used; "" = nobody has said

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_CAPITALS = re.compile(r"\b[^\W\d_a-z]{2,}\b")
_EMOJI = re.compile("[\u2600-\u27bf\U0001f1e6-\U0001f1ff\U0001f300-\U0001faff]")
_QUOTES = re.compile("[\"“”„«»]|(?<!\\w)['‘][^'’]+['’](?!\\w)")
_NEGATIONS = {
    "no", "not", "never", "none", "nobody", "nothing", "nowhere", "neither", "nor", "cannot",
    "without", "hardly", "barely",
}  # fmt: skip
_FIRST_PERSON = {"i", "me", "my", "mine", "myself", "we", "our", "ours", "ourselves"}


@dataclass(frozen=True, kw_only=True)
class Feature:
    """Something that a text has or has not."""

    has: str  # "texts with a hashtag", lower case, as a sentence says it
    lacks: str  # "texts without a hashtag"; "" where nobody would ask for that
    test: Callable[[str], bool]


def features_for(texts: Sequence[str], *, language: str = "") -> list[Feature]:
    """All that is looked at; what counts as short and long is read from `texts`.

    Args:
        texts: those that are compared, one or more.
        language: two letters; word lists are used for English and where it is "".
    """
    words = WORD_LISTS if language in ENGLISH else []
    return [*_lengths(texts), *MARKS, *words]


def n_words(text: str) -> int:
    """Words of a text, split at white space.

    >>> n_words("Oh, great. Rain.")
    3
    """
    return len(text.split())


def _finds(pattern: str | re.Pattern[str]) -> Callable[[str], bool]:
    compiled = re.compile(pattern)
    return lambda text: compiled.search(text) is not None


def _says(listed: set[str]) -> Callable[[str], bool]:
    """Whether one of the listed words is in a text; contractions count by their first part."""

    def test(text: str) -> bool:
        found = (match.replace("’", "'") for match in _WORD.findall(text.lower()))
        return any(word in listed or word.partition("'")[0] in listed for word in found)

    return test


def _negates(text: str) -> bool:
    return _says(_NEGATIONS)(text) or re.search(r"n['’]t\b", text.lower()) is not None


def _shouts(text: str) -> bool:
    return any(word.isupper() for word in _CAPITALS.findall(text))


MARKS = [
    Feature(
        has="texts that end with a question mark",
        lacks="texts that do not end with a question mark",
        test=_finds(r"\?\W*$"),
    ),
    Feature(
        has="texts that end with an exclamation mark",
        lacks="texts that do not end with an exclamation mark",
        test=_finds(r"!\W*$"),
    ),
    Feature(
        has="texts with a hashtag", lacks="texts without a hashtag", test=_finds(r"(?<!\w)#\w")
    ),
    Feature(
        has="texts with an @mention", lacks="texts without an @mention", test=_finds(r"(?<!\w)@\w")
    ),
    Feature(
        has="texts with a URL", lacks="texts without a URL", test=_finds(r"https?://|\bwww\.\w")
    ),
    Feature(has="texts with an emoji", lacks="texts without an emoji", test=_finds(_EMOJI)),
    Feature(has="texts with a number", lacks="texts without a number", test=_finds(r"\d")),
    Feature(
        has="texts with quotation marks",
        lacks="texts without quotation marks",
        test=_finds(_QUOTES),
    ),
    Feature(
        has="texts with a word in capitals", lacks="texts without a word in capitals", test=_shouts
    ),
]
WORD_LISTS = [
    Feature(has="texts with a negation word", lacks="texts without a negation word", test=_negates),
    Feature(
        has="texts in the first person",
        lacks="texts that are not in the first person",
        test=_says(_FIRST_PERSON),
    ),
]


def _lengths(texts: Sequence[str]) -> list[Feature]:
    """One feature for each quarter of the texts by their number of words."""
    counts = [n_words(text) for text in texts]
    first, half, third = np.quantile(counts, [0.25, 0.5, 0.75], method="lower").tolist()
    found = [_between(f"short texts (up to {first} words)", 0, first)]
    for low, high in ((first, half), (half, third)):
        if low < high:
            found.append(_between(f"texts of {low + 1} to {high} words", low + 1, high))
    found.append(_between(f"long texts (over {third} words)", third + 1, None))
    return found


def _between(has: str, fewest: int, most: int | None) -> Feature:
    def test(text: str) -> bool:
        n = n_words(text)
        return n >= fewest and (most is None or n <= most)

    return Feature(has=has, lacks="", test=test)
