"""How far texts lie from their nearest neighbour."""

from __future__ import annotations

import numpy as np

from generation.diversity.vectors import BLOCK, Numbers, Vectors, unit_rows


def chamfer_distance(vectors: Vectors) -> float:
    """Mean cosine distance of a text to the nearest other text: 0 (each has a twin) to 2.

    CD = 1/N Σᵢ min_{j≠i} (1 - xᵢ·xⱼ). A text is no neighbour of its own; an equal text is.
    It shrinks as N grows, so compare sets of equal N only.

    Args:
        vectors: (N, D) float, rows of length 1.

    Returns:
        The mean distance; NaN for fewer than two texts.

    Source: Chamfer distance in Li, Zhu, Lu and Yin 2023 (arXiv 2310.07849), after Cox et al. 2021;
    the studies name no distance, we take 1 - cosine.

    Two alike (0 and 0) and one at a right angle to both (1):

    >>> round(chamfer_distance(np.array([[1, 0], [1, 0], [0, 1]], dtype=np.float32)), 6)
    0.333333
    """
    rows = unit_rows(vectors)
    if len(rows) < 2:
        return float("nan")
    return float(np.mean(np.maximum(1 - nearest_cosines(rows), 0)))


def nearest_cosines(rows: Vectors) -> Numbers:
    """(N,) cosine of each of N ≥ 2 rows with the nearest other row.

    Exact. Each pair of blocks is multiplied once and serves both sides; never more than one block
    of cosines is in memory.
    """
    nearest = np.full(len(rows), -np.inf, dtype=np.float32)
    for top in range(0, len(rows), BLOCK):
        for left in range(top, len(rows), BLOCK):
            cosines = rows[top : top + BLOCK] @ rows[left : left + BLOCK].T
            if left == top:
                np.fill_diagonal(cosines, -np.inf)
            else:
                below = nearest[left : left + BLOCK]
                np.maximum(below, cosines.max(axis=0), out=below)
            beside = nearest[top : top + BLOCK]
            np.maximum(beside, cosines.max(axis=1), out=beside)
    return nearest.astype(np.float64)
