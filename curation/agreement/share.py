"""The first study's agreement of one example."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from curation.agreement.counts import Counts


def agreement_share(counts: Counts) -> npt.NDArray[np.float64]:
    """Agreement a_i of each task: the share of its most frequent label, in [1/K, 1].

    With few votes it takes few values and is biased upward (three votes on two labels never go
    below 0.67), so compare it only between tasks with equally many votes.

    Args:
        counts: (T, K) int, votes per task and label.

    Returns:
        (T,) float; NaN for a task without votes.

    Source: Li, Zhu, Lu and Yin 2023 (arXiv 2310.07849), instance-level subjectivity.

    >>> agreement_share(np.array([[3, 0], [2, 1], [0, 0]])).round(2).tolist()
    [1.0, 0.67, nan]
    """
    votes = counts.sum(axis=1)
    top = counts.max(axis=1, initial=0)
    return np.divide(top, votes, out=np.full(len(counts), np.nan), where=votes > 0)
