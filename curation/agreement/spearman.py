"""Whether two measures put things in the same order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FEWEST = 4  # below this no interval says anything
NORMAL_95 = 1.959964


@dataclass(frozen=True, kw_only=True)
class Correlation:
    """Spearman's ρ with a 95 % interval, both in [-1, 1]."""

    rho: float
    low: float
    high: float
    n: int


def spearman(first: npt.NDArray[np.float64], second: npt.NDArray[np.float64]) -> Correlation | None:
    """Spearman's rank correlation of two measures of the same n things.

    Args:
        first, second: (n,) float, without NaN; equal values share their mean rank.

    Returns:
        ρ and its interval by Fisher's z with the standard error √((1 + ρ²/2) / (n − 3)). A ρ of
        ±1 is taken half a step of the smallest possible change below ±1 for its inner end, since
        z has no end there. None for fewer than 4 things, or when one measure is the same for all.

    Source: Bonett and Wright 2000, Sample size requirements for estimating Pearson, Kendall and
    Spearman correlations.

    Four things in the same order but for the last two (Σd² = 2, ρ = 1 − 6·2/60):

    >>> found = spearman(np.array([1.0, 2.0, 3.0, 4.0]), np.array([1.0, 2.0, 4.0, 3.0]))
    >>> round(found.rho, 3), found.n
    (0.8, 4)
    """
    n = len(first)
    if n < FEWEST or np.ptp(first) == 0 or np.ptp(second) == 0:
        return None
    ranks = [mean_ranks(values) for values in (first, second)]
    rho = float(np.clip(np.corrcoef(ranks[0], ranks[1])[0, 1], -1, 1))
    farthest = 1 - 6 / (n * (n * n - 1))
    z = np.arctanh(np.clip(rho, -farthest, farthest))
    reach = NORMAL_95 * np.sqrt((1 + rho**2 / 2) / (n - 3))
    low, high = np.tanh([z - reach, z + reach])
    return Correlation(rho=rho, low=float(min(low, rho)), high=float(max(high, rho)), n=n)


def mean_ranks(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Ranks from 1; equal values share the mean of theirs.

    >>> mean_ranks(np.array([0.2, 0.9, 0.2])).tolist()
    [1.5, 3.0, 1.5]
    """
    _, place, times = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(times)
    return np.asarray((last - (times - 1) / 2)[place], dtype=np.float64)
