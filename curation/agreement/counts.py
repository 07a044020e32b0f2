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


def weighted_counts(
    task: npt.NDArray[np.int64],
    label: npt.NDArray[np.int64],
    weight: npt.NDArray[np.float64],
    *,
    n_tasks: int,
    n_labels: int,
) -> npt.NDArray[np.float64]:
    """Votes per task and label, each vote worth what its annotator's skill says.

    Args:
        task, label: as for `vote_counts`.
        weight: (V,) in [0, 1], of each vote; 0 for who guesses, 1 for who never does.

    Returns:
        (T, K) float, votes.

    >>> task, label, weight = np.array([0, 0]), np.array([1, 1]), np.array([1.0, 0.5])
    >>> weighted_counts(task, label, weight, n_tasks=1, n_labels=2).tolist()
    [[0.0, 1.5]]
    """
    cells = np.bincount(task * n_labels + label, weight, minlength=n_tasks * n_labels)
    return np.asarray(cells.reshape(n_tasks, n_labels))
