"""How many different n-grams texts are made of."""

from __future__ import annotations

from generation.diversity.tokens import Words, ngrams


def distinct_n(words: Words, *, n: int) -> float:
    """Different n-grams as a share of all n-grams, in (0, 1]; 1 when none comes twice.

    It falls as texts get more or longer, so compare sets of equal N and look at their lengths.

    Args:
        words: of N texts (`read_words`).
        n: ≥ 1, words of an n-gram.

    Returns:
        The share; NaN when no text has n words.

    Source: distinct-1 and distinct-2 of Li, Galley, Brockett, Gao and Dolan 2016 (arXiv
    1510.03055), over all texts together.

    Three different words among five, and three different pairs among three:

    >>> from generation.diversity.tokens import read_words
    >>> words = read_words(["a b a", "b c"])
    >>> distinct_n(words, n=1), distinct_n(words, n=2)
    (0.6, 1.0)
    """
    found = ngrams(words, n)
    return found.n_distinct / len(found.code) if len(found.code) else float("nan")
