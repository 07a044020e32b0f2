"""Texts as words and n-grams, counted with arrays so that 50,000 texts take seconds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Codes = npt.NDArray[np.int64]

# letters and digits with apostrophes inside; emoji and other signs one by one
WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*|[^\w\s]|_")


def words_of(text: str) -> list[str]:
    """The words and signs of a text, case folded.

    >>> words_of("It's #1, isn't it?")
    ["it's", '#', '1', ',', "isn't", 'it', '?']
    """
    return WORD.findall(text.casefold())


@dataclass(frozen=True, kw_only=True)
class Words:
    """All words of some texts, one after the other."""

    code: Codes  # (W,) in [0, V)
    text: Codes  # (W,) in [0, n_texts), ascending
    vocabulary: list[str]  # V words by code
    n_texts: int


@dataclass(frozen=True, kw_only=True)
class Ngrams:
    """Every n-gram of some texts; none reaches from one text into the next."""

    code: Codes  # (M,) in [0, n_distinct)
    text: Codes  # (M,) in [0, n_texts), ascending
    start: Codes  # (n_distinct,) place among the words where the n-gram stands once
    n: int

    @property
    def n_distinct(self) -> int:
        return len(self.start)


def read_words(texts: Sequence[str]) -> Words:
    """Number the words of `texts` in order of their first appearance."""
    codes: dict[str, int] = {}
    lengths = np.zeros(len(texts), dtype=np.int64)
    parts = []
    for place, text in enumerate(texts):
        words = words_of(text)
        lengths[place] = len(words)
        parts.append(np.array([codes.setdefault(word, len(codes)) for word in words], np.int64))
    return Words(
        code=np.concatenate(parts) if parts else np.empty(0, np.int64),
        text=np.repeat(np.arange(len(texts)), lengths),
        vocabulary=list(codes),
        n_texts=len(texts),
    )


def ngrams(words: Words, n: int) -> Ngrams:
    """The n-grams of the texts, n ≥ 1; a text of fewer words has none.

    >>> found = ngrams(read_words(["a b a b", "a b"]), 2)
    >>> found.code.tolist(), found.text.tolist(), found.n_distinct
    ([0, 1, 0, 0], [0, 0, 0, 1], 2)
    """
    places: Codes = np.arange(len(words.code))
    code = words.code
    for step in range(1, n):
        places = places[:-1]
        # numbered anew at every step, so that the product stays far below 2 ** 63
        pair = code[:-1] * max(len(words.vocabulary), 1) + words.code[step:]
        _, code = np.unique(pair, return_inverse=True)
    inside = words.text[places] == words.text[places + n - 1] if len(places) else places == 0
    _, start, code = np.unique(code[inside], return_index=True, return_inverse=True)
    return Ngrams(code=code, text=words.text[places][inside], start=places[inside][start], n=n)


def spelled(found: Ngrams, words: Words, code: int) -> str:
    """An n-gram as its words with blanks between."""
    start = int(found.start[code])
    return " ".join(words.vocabulary[at] for at in words.code[start : start + found.n])
