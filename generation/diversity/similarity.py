"""How close the real texts find a synthetic one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from curation.errors import BadInput
from generation.diversity.vectors import BLOCK, Numbers, Vectors, unit_rows

TOP = 5  # the study's
ROWS = 2_048  # real texts at once: cosines and their partition stay under 128 MiB
BINS = 24  # of the histogram, 0.05 wide
LOW, HIGH = -0.2, 1.0


def top_similarity(real: Vectors, synthetic: Vectors, *, k: int = TOP) -> Numbers:
    """Of each *real* text, the mean cosine with its k closest *synthetic* texts, in [-1, 1].

    The direction matters: it asks whether the synthetic texts cover the real ones, so a synthetic
    text that is close to nothing real costs nothing here. It grows with the number of synthetic
    texts, so compare sets of equal N only.

    Args:
        real: (R, D) float, rows of length 1.
        synthetic: (S, D) float, rows of length 1.
        k: ≥ 1; all S are averaged where there are fewer.

    Returns:
        (R,) float; NaN without synthetic texts.

    Raises:
        BadInput: k below 1, or vectors of different widths.

    Source: Li, Zhu, Lu and Yin 2023 (arXiv 2310.07849), similarity to real data: top 5,
    all-MiniLM-L6-v2.

    Cosines 1, 0 and -1; the best two average to 0.5:

    >>> real = np.array([[1, 0]], dtype=np.float32)
    >>> synthetic = np.array([[1, 0], [0, 1], [-1, 0]], dtype=np.float32)
    >>> top_similarity(real, synthetic, k=2).tolist()
    [0.5]
    """
    if k < 1:
        raise BadInput(f"The number of closest texts is {k}; it must be at least 1.")
    rows, others = unit_rows(real), unit_rows(synthetic)
    if rows.shape[1] != others.shape[1]:
        raise BadInput("Real and synthetic vectors are not equally wide; make both the same way.")
    means = np.full(len(rows), np.nan)
    for start in range(0, len(rows) if len(others) else 0, ROWS):
        best = _best(rows[start : start + ROWS], others, k=min(k, len(others)))
        means[start : start + ROWS] = best.mean(axis=1, dtype=np.float64)
    return means


def _best(rows: Vectors, others: Vectors, *, k: int) -> Vectors:
    """(len(rows), k) largest cosines of each row, in any order."""
    best: Vectors = np.empty((len(rows), 0), dtype=np.float32)
    for start in range(0, len(others), BLOCK):
        cosines = rows @ others[start : start + BLOCK].T
        both = np.concatenate([best, _largest(cosines, k)], axis=1)
        best = _largest(both, k)
    return best


def _largest(table: Vectors, k: int) -> Vectors:
    """The k largest of each row. k passes over the maximum beat a partition by far at k = 5."""
    if table.shape[1] <= k:
        return table
    found = np.empty((len(table), k), dtype=np.float32)
    every = np.arange(len(table))
    for place in range(k):
        at = table.argmax(axis=1)
        found[:, place] = table[every, at]
        table[every, at] = -np.inf
    return found


@dataclass(frozen=True, kw_only=True)
class SimilarityHistogram:
    """How many real texts have which similarity."""

    edges: tuple[float, ...]  # BINS + 1 of them
    counts: tuple[int, ...]  # BINS; values beyond the ends stand in the end bins


def similarity_histogram(values: Numbers) -> SimilarityHistogram:
    """Bins of 0.05 from -0.2 to 1; NaN is left out.

    >>> sum(similarity_histogram(np.array([0.51, 0.52, np.nan, -0.9])).counts)
    3
    """
    edges = np.linspace(LOW, HIGH, BINS + 1).round(2)
    seen = np.clip(values[~np.isnan(values)], LOW, HIGH)
    counts, _ = np.histogram(seen, bins=edges)
    return SimilarityHistogram(edges=tuple(edges.tolist()), counts=tuple(counts.tolist()))
