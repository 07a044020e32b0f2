"""Disagreement on one example as entropy."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from curation.agreement.counts import Counts


def vote_entropy(counts: Counts) -> npt.NDArray[np.float64]:
    """Disagreement on each task, from 0 (unanimous) to 1 (evenly split over all K labels).

    Shannon entropy of the vote shares divided by log K. A task with one vote scores 0, so look
    at the number of votes first.

    Args:
        counts: (T, K) int, votes per task and label; K ≥ 2.

    Returns:
        (T,) float in [0, 1]; NaN for a task without votes.

    >>> vote_entropy(np.array([[4, 0], [2, 2], [0, 0]])).tolist()
    [0.0, 1.0, nan]
    """
    votes = counts.sum(axis=1, keepdims=True)
    shares = np.divide(counts, votes, out=np.zeros(counts.shape), where=votes > 0)
    logs = np.log(shares, out=np.zeros(counts.shape), where=shares > 0)
    nats = -(shares * logs).sum(axis=1) + 0.0  # + 0.0 turns -0.0 into 0.0
    return np.where(votes[:, 0] > 0, nats / np.log(counts.shape[1]), np.nan)
