"""How often each label was chosen for each task."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Counts = npt.NDArray[np.int64]


def vote_counts(
    task: npt.NDArray[np.int64], label: npt.NDArray[np.int64], *, n_tasks: int, n_labels: int
) -> Counts:
    """Votes per task and label.

    Args:
        task: (V,) int in [0, n_tasks), the task of each vote.
        label: (V,) int in [0, n_labels), the label of each vote.
        n_tasks: T ≥ 0; tasks without votes get a row of zeros.
        n_labels: K ≥ 1.

    Returns:
        (T, K) int, votes.

    >>> vote_counts(np.array([0, 0, 1]), np.array([1, 1, 0]), n_tasks=2, n_labels=2).tolist()
    [[0, 2], [1, 0]]
    """
    cells = np.bincount(task * n_labels + label, minlength=n_tasks * n_labels)
    return cells.reshape(n_tasks, n_labels).astype(np.int64)
