"""How often texts say what another text says."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from generation.diversity.tokens import Words, ngrams


@dataclass(frozen=True, kw_only=True)
class SelfRepetition:
    """N-grams that texts share with each other."""

    share: float  # of texts with an n-gram that another text has too, in [0, 1]
    score: float  # mean over texts of ln(1 + other texts' uses), ≥ 0


def self_repetition(words: Words, *, n: int = 4) -> SelfRepetition:
    """How many texts repeat an n-gram of another text, and how much.

    With Nₖ the number of *other* texts that have the k-th n-gram of text i, the score of text i
    is ln(1 + Σₖ Nₖ); repeats inside one text do not count, nor does the order of texts. (Counting
    only repeats of an *earlier* text would give other numbers for another order.) Both grow with
    the number and the length of texts, so compare sets of equal N.

    Args:
        words: of N texts (`read_words`).
        n: ≥ 1, words of an n-gram; the source takes 4.

    Returns:
        Share and score; both NaN without texts. Texts of fewer than n words repeat nothing.

    Source: Salkar, Trikalinos, Wallace and Nenkova 2022, Self-Repetition in Abstractive Neural
    Summarizers, with the score as Shaib et al. 2024 (arXiv 2403.00553) give it; the share is ours.

    Of three texts, two share "a b c d":

    >>> from generation.diversity.tokens import read_words
    >>> found = self_repetition(read_words(["a b c d", "x a b c d", "p q r s"]))
    >>> round(found.share, 3), round(found.score, 3)  # 2 / 3 and (ln 2 + ln 2 + ln 1) / 3
    (0.667, 0.462)
    """
    if not words.n_texts:
        return SelfRepetition(share=float("nan"), score=float("nan"))
    found = ngrams(words, n)
    # each n-gram once per text
    pairs = np.unique(found.text * max(found.n_distinct, 1) + found.code)
    text, code = np.divmod(pairs, max(found.n_distinct, 1))
    others = np.bincount(code, minlength=found.n_distinct)[code] - 1
    per_text = np.bincount(text, weights=others, minlength=words.n_texts)
    return SelfRepetition(
        share=float(np.mean(per_text > 0)), score=float(np.mean(np.log1p(per_text)))
    )
