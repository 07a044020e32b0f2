"""How many words a text has, against how many were asked for."""

from __future__ import annotations

import re

# scripts without blanks between words, and about how many letters a word of theirs has
UNSPACED = (
    (re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"), 2),
    (re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]"), 4),
)


def words_in(text: str) -> int:
    """Words of a text; of Chinese, Japanese, Thai, Lao, Burmese and Khmer about so many.

    >>> words_in("A wet dog."), words_in("今天天气很好"), words_in("vLLM 很好用")
    (3, 3, 3)
    """
    n_words = 0
    for script, letters in UNSPACED:
        text, found = script.subn(" ", text)
        n_words += -(-found // letters)
    return n_words + sum(any(sign.isalnum() for sign in token) for token in text.split())


def length_reason(text: str, *, words: tuple[int, int]) -> str:
    """Why the text has the wrong length: "too_short", "too_long" or "".

    Models count words badly, so a text may have half the fewest and twice the most of `words`.

    >>> length_reason("Only three words.", words=(8, 28))
    'too_short'
    """
    fewest, most = words
    n_words = words_in(text)
    if 2 * n_words < fewest:
        return "too_short"
    return "too_long" if n_words > 2 * most else ""


def length_detail(text: str, *, words: tuple[int, int]) -> str:
    """The length against what was asked for, for a person.

    >>> length_detail("Only three words.", words=(8, 28))
    '3 words, asked for 8 to 28'
    """
    fewest, most = words
    n_words = words_in(text)
    return f"{n_words} word{'s' if n_words != 1 else ''}, asked for {fewest} to {most}"
