"""Is one arm better than another? A test in which seeds and test rows are both drawn by chance.

The layout is that of reader studies in radiology: seeds are readers and test rows are cases, all
of them seen by both arms. There the question has been settled with a two-way analysis of variance
of jackknife values, in place of resampling: with a handful of seeds, a bootstrap of seeds knows too
little of their spread and claims differences that are not there (`benchmarks/paired_test.py`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from training.evaluation.intervals import COVERAGE
from training.evaluation.linearised import macro_f1_influence
from training.evaluation.scores import Codes, Floats, score

FEWEST_SEEDS = 3  # of a test: with fewer, equal arms are told apart too often to be believed


@dataclass(frozen=True, kw_only=True)
class PairedTest:
    """Macro-F1 of the first arm minus that of the second, and how sure that is."""

    mean: float  # in [-1, 1], over seeds
    low: float  # ends of the 95 % interval; 0 is outside where p < 0.05
    high: float
    p: float  # two-sided, in (0, 1]
    degrees: float  # of freedom
    seeds: int  # with one, nothing is known of other seeds: test rows only
    rows: int


def paired_test(
    gold: Codes, first: Codes, second: Codes, *, n_labels: int, one_draw: bool = False
) -> PairedTest:
    """Compare two arms fitted with the same seeds and scored on the same test rows.

    The variance of the mean difference is (MS_seeds + max(MS_rows − MS_both, 0)) / (S · N), with
    mean squares of each row's first-order share in macro-F1; the t distribution has
    (S − 1) · (that sum / MS_seeds)² degrees of freedom. The p-value is never below 2^(1 − D), the
    least that D rows on which the arms differ can give; where that is 0.05 or more, the interval
    is widened to reach 0.

    One curated set against random ones, a new one for each seed: how lucky the one set is shows
    in no seed, since all share it. Were it a random one too, its luck would be that of one seed
    more, which nothing averages: MS_seeds · (S + 1) takes the place of MS_seeds. That counts the
    luck of fitting too, so it claims rather too little.

    Args:
        gold: (N,) int in [0, K), N ≥ 2.
        first, second: (S, N) int in [0, K), S ≥ 1; row s of both was fitted with the same seed.
        n_labels: K ≥ 2.
        one_draw: one arm has one set for all seeds, chosen among texts that the other draws from.

    Source: Dorfman, Berbaum and Metz 1992 (Investigative Radiology 27); degrees of freedom by
    Hillis 2007 (Statistics in Medicine 26).

    Two rows differ, both for the better: the least p-value is 2^(1 − 2).

    >>> gold = np.array([0, 1, 0, 1])
    >>> better, worse = np.array([[0, 1, 0, 1]]), np.array([[1, 0, 0, 1]])
    >>> found = paired_test(gold, better, worse, n_labels=2)
    >>> found.mean, found.p >= 0.5
    (0.5, True)
    """
    from scipy.special import stdtr, stdtrit

    scores, shares = (
        np.array([[of(gold, one, n_labels=n_labels) for one in arm] for arm in (first, second)])
        for of in (_macro_f1, macro_f1_influence)
    )
    differences, shares = scores[0] - scores[1], shares[0] - shares[1]
    mean = float(differences.mean())
    variance, degrees = _variance(differences, shares, one_draw=one_draw)
    error = float(np.sqrt(variance))
    reach = float(stdtrit(degrees, (1 + COVERAGE) / 2)) * error
    least = 2.0 ** (1 - int((first != second).any(axis=0).sum()))
    if least >= 1 - COVERAGE:
        reach = max(reach, abs(mean))
    p = 2 * float(stdtr(degrees, -abs(mean) / error)) if error > 0 else float(mean == 0)
    return PairedTest(
        mean=mean,
        low=max(-1.0, mean - reach),
        high=min(1.0, mean + reach),
        p=min(1.0, max(p, least)),
        degrees=degrees,
        seeds=len(first),
        rows=len(gold),
    )


def _macro_f1(gold: Codes, predicted: Codes, *, n_labels: int) -> float:
    return score(gold, predicted, n_labels=n_labels).macro_f1


def _variance(differences: Floats, shares: Floats, *, one_draw: bool) -> tuple[float, float]:
    """Variance of the mean difference and its degrees of freedom.

    Args:
        differences: (S,) of macro-F1.
        shares: (S, N), each row sums to 0.
    """
    n_seeds, n_rows = shares.shape
    of_rows = shares.mean(axis=0)
    rows = n_seeds * float((of_rows**2).sum()) / (n_rows - 1)
    if n_seeds == 1:
        return rows / n_rows, float(n_rows - 1)
    seeds = n_rows * float(differences.var(ddof=1)) * (n_seeds + 1 if one_draw else 1)
    both = float(((shares - of_rows) ** 2).sum()) / ((n_seeds - 1) * (n_rows - 1))
    total = seeds + max(rows - both, 0.0)
    # Seeds that happen to agree leave the rows alone; infinite degrees are the normal distribution.
    degrees = (n_seeds - 1) * (total / seeds) ** 2 if seeds > 0 else np.inf
    return total / (n_seeds * n_rows), float(min(degrees, 1e9))
