"""What synthetic texts say too often."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from curation.errors import BadInput
from generation.diversity.tokens import Ngrams, Words, ngrams, read_words, spelled

LONGEST = 3  # words
PRIOR = 500.0  # pseudo-counts, over all n-grams of one length
FEWEST = 3  # texts an n-gram must be in to be listed


@dataclass(frozen=True, kw_only=True)
class OverusedNgram:
    """One n-gram of the synthetic texts."""

    ngram: str
    synthetic: int  # times, in the synthetic texts
    real: int  # times, in the real texts
    log_odds: float  # difference of log-odds after the prior; above 0 = more often in synthetic
    z: float  # the same in standard errors


Counts = npt.NDArray[np.float64]


def log_odds_z(synthetic: Counts, real: Counts, *, prior: float = PRIOR) -> tuple[Counts, Counts]:
    """Difference of log-odds of each n-gram between two corpora, and its z.

    δ = ln((yₛ + α) / (nₛ + α₀ - yₛ - α)) - ln((yᵣ + α) / (nᵣ + α₀ - yᵣ - α)) and
    z = δ / √(1/(yₛ + α) + 1/(yᵣ + α)), where the prior α of an n-gram is its share of both
    corpora together times α₀: rare n-grams are drawn towards no difference.

    Args:
        synthetic: (V,) counts yₛ, their sum nₛ > 0.
        real: (V,) counts yᵣ, their sum nᵣ > 0; V ≥ 2, and every n-gram is in one of the two.
        prior: α₀ > 0.

    Returns:
        (V,) δ and (V,) z.

    Source: Monroe, Colaresi and Quinn 2008, Fightin' Words (doi 10.1093/pan/mpn018), the
    log-odds-ratio with an informative Dirichlet prior.
    """
    both = synthetic + real
    alpha = prior * both / both.sum()

    def log_odds(counts: Counts) -> Counts:
        return np.log(counts + alpha) - np.log(counts.sum() + prior - counts - alpha)

    delta = log_odds(synthetic) - log_odds(real)
    return delta, delta / np.sqrt(1 / (synthetic + alpha) + 1 / (real + alpha))


def overused_ngrams(
    synthetic: Sequence[str], real: Sequence[str], *, top: int = 20, prior: float = PRIOR
) -> list[OverusedNgram]:
    """The n-grams of one to three words that synthetic texts use most beyond real ones, by z.

    Each length is a corpus of its own for the prior and the totals. Listed is what stands in
    three synthetic texts or more with z > 1.96; of n-grams with the same counts inside each other
    only the longest. Sets need not be equally large.

    Args:
        synthetic, real: texts.
        top: how many to list.
        prior: see `log_odds_z`.

    Returns:
        At most `top`, largest z first, then by the alphabet; none when a side has no words.

    >>> found = overused_ngrams(["oh great day"] * 9, ["a nice day"] * 9, prior=2.0)
    >>> [(one.ngram, one.synthetic, one.real) for one in found]
    [('oh great day', 9, 0)]
    """
    if prior <= 0:
        raise BadInput(f"The prior is {prior:g} pseudo-counts; it must be above 0.")
    words = read_words([*synthetic, *real])
    listed: list[OverusedNgram] = []
    for n in range(LONGEST, 0, -1):
        listed += _overused(words, ngrams(words, n), n_synthetic=len(synthetic), prior=prior)
    listed.sort(key=lambda one: (-one.z, one.ngram))
    return _outermost(listed)[:top]


def _overused(
    words: Words, found: Ngrams, *, n_synthetic: int, prior: float
) -> list[OverusedNgram]:
    is_synthetic = found.text < n_synthetic
    counts = np.bincount(found.code[is_synthetic], minlength=found.n_distinct).astype(np.float64)
    real = np.bincount(found.code[~is_synthetic], minlength=found.n_distinct).astype(np.float64)
    if not counts.any() or not real.any() or found.n_distinct < 2:
        return []
    delta, z = log_odds_z(counts, real, prior=prior)
    pairs = np.unique(found.text * found.n_distinct + found.code)
    text, code = np.divmod(pairs, found.n_distinct)
    texts = np.bincount(code[text < n_synthetic], minlength=found.n_distinct)
    return [
        OverusedNgram(
            ngram=spelled(found, words, at),
            synthetic=int(counts[at]),
            real=int(real[at]),
            log_odds=float(delta[at]),
            z=float(z[at]),
        )
        for at in np.flatnonzero((z > 1.96) & (texts >= FEWEST)).tolist()
    ]


def _outermost(listed: Sequence[OverusedNgram]) -> list[OverusedNgram]:
    """Without those that stand inside a longer one as often as it does, in both corpora."""
    inside: set[tuple[str, int, int]] = set()
    for one in listed:
        words = one.ngram.split(" ")
        for start in range(len(words)):
            for stop in range(start + 1, len(words) + 1):
                if stop - start < len(words):
                    inside.add((" ".join(words[start:stop]), one.synthetic, one.real))
    return [one for one in listed if (one.ngram, one.synthetic, one.real) not in inside]
