"""How many words a text has, against how many were asked for."""

from __future__ import annotations


def length_reason(text: str, *, words: tuple[int, int]) -> str:
    """Why the text has the wrong length: "too_short", "too_long" or "".

    Models count words badly, so a text may have half the fewest and twice the most of `words`.

    >>> length_reason("Only three words.", words=(8, 28))
    'too_short'
    """
    fewest, most = words
    n_words = len(text.split())
    if 2 * n_words < fewest:
        return "too_short"
    return "too_long" if n_words > 2 * most else ""


def length_detail(text: str, *, words: tuple[int, int]) -> str:
    """The length against what was asked for, for a person.

    >>> length_detail("Only three words.", words=(8, 28))
    '3 words, asked for 8 to 28'
    """
    fewest, most = words
    n_words = len(text.split())
    return f"{n_words} word{'s' if n_words != 1 else ''}, asked for {fewest} to {most}"
