"""How close each test text is to the texts a classifier could have learned from."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from training.evaluation.scores import Floats

TOP = 5  # as the first study averages
BLOCK = 2_048  # rows at once


def nearness(
    rows: npt.NDArray[np.float32], others: npt.NDArray[np.float32], *, k: int = TOP
) -> Floats:
    """Mean cosine of each row with its k closest others, in [-1, 1].

    Args:
        rows: (N, D), rows of length 1.
        others: (M, D), rows of length 1, M ≥ 1; all are averaged where there are fewer than k.

    Source: the similarity of Li, Zhu, Lu and Yin 2023 (arXiv 2310.07849).

    >>> others = np.array([[1, 0], [0, 1], [-1, 0]], dtype=np.float32)
    >>> nearness(np.array([[1, 0]], dtype=np.float32), others, k=2).tolist()
    [0.5]
    """
    k = min(k, len(others))
    means = np.empty(len(rows))
    for start in range(0, len(rows), BLOCK):
        cosines = rows[start : start + BLOCK] @ others.T
        best = np.partition(cosines, len(others) - k, axis=1)[:, len(others) - k :]
        means[start : start + BLOCK] = best.mean(axis=1, dtype=np.float64)
    return means
