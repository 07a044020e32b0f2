"""The few distinct rows of votes that many examples share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from curation.agreement.counts import Counts

MOST_CELLS = 4_000_000  # of a table of every possible row; beyond, rows are sorted


@dataclass(frozen=True, kw_only=True)
class Distinct:
    """R distinct rows in ascending order, and where each of the N rows stands among them."""

    rows: Counts  # (R, K)
    inverse: npt.NDArray[np.int64]  # (N,) in [0, R)
    times: npt.NDArray[np.int64]  # (R,) ≥ 1


def distinct_rows(counts: Counts) -> Distinct:
    """The distinct rows of votes per label, whatever the order of the rows.

    As `np.unique(axis=0)`, but some twenty times faster for a million rows of few votes.

    Args:
        counts: (N, K) int ≥ 0.

    >>> found = distinct_rows(np.array([[0, 3], [2, 1], [0, 3]]))
    >>> found.rows.tolist(), found.inverse.tolist(), found.times.tolist()
    ([[0, 3], [2, 1]], [0, 1, 0], [2, 1])
    """
    base = int(counts.max(initial=0)) + 1
    cells = base ** counts.shape[1]
    if not counts.size or cells >= 2**62:
        rows, inverse, times = np.unique(counts, axis=0, return_inverse=True, return_counts=True)
        return Distinct(rows=rows, inverse=inverse.ravel(), times=times)
    powers = base ** np.arange(counts.shape[1] - 1, -1, -1, dtype=np.int64)
    code = counts @ powers
    if cells > MOST_CELLS:
        codes, inverse, times = np.unique(code, return_inverse=True, return_counts=True)
    else:
        tally = np.bincount(code, minlength=cells)
        codes = np.flatnonzero(tally)
        place = np.zeros(cells, dtype=np.int64)
        place[codes] = np.arange(len(codes))
        inverse, times = place[code], tally[codes]
    return Distinct(rows=codes[:, None] // powers % base, inverse=inverse, times=times)
