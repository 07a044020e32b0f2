"""How far texts lie from each other on average."""

from __future__ import annotations

import numpy as np

from generation.diversity.vectors import Vectors, unit_rows


def remote_clique(vectors: Vectors) -> float:
    """Mean cosine distance of a text to the other texts: 0 (all alike) up to N / (N - 1).

    RC = 1/N Σᵢ 1/(N-1) Σ_{j≠i} (1 - xᵢ·xⱼ). The diagonal is left out of the sum *and* of the
    divisor; implementations that divide by N give (N-1)/N of this. The double sum is the squared
    length of the vectors' sum less the diagonal, so the cost is O(N) and nothing is approximated.
    Two independent halves add up to 1, opposite texts to more. Does not depend on N on average.

    Args:
        vectors: (N, D) float, rows of length 1.

    Returns:
        The mean distance; NaN for fewer than two texts.

    Source: Remote Clique in Li, Zhu, Lu and Yin 2023 (arXiv 2310.07849), after Cox et al. 2021;
    the studies name no distance, we take 1 - cosine.

    Two alike and one at a right angle: the distances are 0, 1 and 1.

    >>> round(remote_clique(np.array([[1, 0], [1, 0], [0, 1]], dtype=np.float32)), 6)
    0.666667
    """
    rows = unit_rows(vectors)
    n = len(rows)
    if n < 2:
        return float("nan")
    total = rows.sum(axis=0, dtype=np.float64)
    diagonal = np.einsum("ij,ij->", rows, rows, dtype=np.float64)
    return float(1 - (total @ total - diagonal) / (n * (n - 1)))
