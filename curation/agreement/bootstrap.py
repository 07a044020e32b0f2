"""How far a project's agreement would move with other examples."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from curation.agreement.counts import Counts


@dataclass(frozen=True, kw_only=True)
class Interval:
    """A 95 % interval."""

    low: float
    high: float


def alpha_interval(counts: Counts, *, seed: int = 0, resamples: int = 1_000) -> Interval:
    """Bootstrap interval of Krippendorff's α over tasks.

    Tasks with the same vote counts are interchangeable, so a resample is a multinomial draw over
    the few distinct rows of `counts`; a million tasks cost no more than a hundred.

    Args:
        counts: (T, K) int, votes per task and label.
        seed: of the draws; the same seed gives the same interval.
        resamples: R ≥ 1.

    Returns:
        The 2.5th and 97.5th percentiles; NaN where α itself is undefined.

    >>> alpha_interval(np.array([[3, 0], [0, 3]] * 50))
    Interval(low=1.0, high=1.0)
    """
    rows = counts[counts.sum(axis=1) >= 2]
    if not len(rows):
        return Interval(low=float("nan"), high=float("nan"))
    distinct, times = np.unique(rows, axis=0, return_counts=True)
    draws = np.random.default_rng(seed).multinomial(len(rows), times / len(rows), size=resamples)
    votes = distinct.sum(axis=1)
    disagreeing = ((votes[:, None] - distinct) * distinct).sum(axis=1) / (votes - 1)
    per_label = draws @ distinct  # (R, K)
    total = per_label.sum(axis=1)
    expected = ((total[:, None] - per_label) * per_label).sum(axis=1)
    observed = (draws @ disagreeing) * (total - 1)
    alphas = 1 - np.divide(observed, expected, out=np.full(resamples, np.nan), where=expected > 0)
    if np.isnan(alphas).all():
        return Interval(low=float("nan"), high=float("nan"))
    low, high = np.nanpercentile(alphas, [2.5, 97.5])
    return Interval(low=float(low), high=float(high))
