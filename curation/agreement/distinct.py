"""The few distinct rows of votes that many examples share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from curation.agreement.counts import Counts

Whole = npt.NDArray[np.int64]

MOST_CELLS = 4_000_000  # of a table of every possible row; beyond, codes are sorted


@dataclass(frozen=True, kw_only=True)
class Distinct:
    """R distinct rows, and where each of the N rows stands among them."""

    rows: Counts  # (R, K), in an order that does not depend on that of the N rows
    inverse: Whole  # (N,) in [0, R)
    times: Whole  # (R,) ≥ 1


def distinct_rows(counts: Counts) -> Distinct:
    """The distinct rows of votes per label.

    As `np.unique(axis=0)`, but some twenty times faster for a million rows.

    Args:
        counts: (N, K) int ≥ 0.

    >>> found = distinct_rows(np.array([[0, 3], [2, 1], [0, 3]]))
    >>> found.rows.tolist(), found.inverse.tolist(), found.times.tolist()
    ([[0, 3], [2, 1]], [0, 1, 0], [2, 1])
    """
    base = int(counts.max(initial=0)) + 1
    used = np.flatnonzero(counts.any(axis=0))
    cells = base ** len(used)
    if cells > MOST_CELLS:
        return _by_sorting(counts)
    powers = base ** np.arange(len(used) - 1, -1, -1, dtype=np.int64)
    code = counts[:, used].astype(np.int64) @ powers
    tally = np.bincount(code, minlength=cells)
    codes = np.flatnonzero(tally)
    place = np.zeros(cells, dtype=np.int64)
    place[codes] = np.arange(len(codes))
    rows = np.zeros((len(codes), counts.shape[1]), dtype=np.int64)
    rows[:, used] = codes[:, None] // powers % base
    return Distinct(rows=rows, inverse=place[code], times=tally[codes])


def alike(distinct: Distinct) -> Distinct:
    """The same where labels are not told apart: each row of votes in descending order.

    >>> alike(distinct_rows(np.array([[0, 3], [3, 0], [1, 1]]))).rows.tolist()
    [[1, 1], [3, 0]]
    """
    again = distinct_rows(-np.sort(-distinct.rows, axis=1))
    times = np.bincount(again.inverse, distinct.times, minlength=len(again.rows))
    return Distinct(
        rows=again.rows,
        inverse=again.inverse[distinct.inverse],
        times=times.astype(np.int64),
    )


def _by_sorting(counts: Counts) -> Distinct:
    factors = np.random.default_rng(0).integers(1, 2**64, size=counts.shape[1], dtype=np.uint64)
    code = counts.astype(np.uint64) @ factors  # wraps around at 2⁶⁴
    _, first, inverse, times = np.unique(
        code, return_index=True, return_inverse=True, return_counts=True
    )
    rows = counts[first]
    if (rows[inverse] == counts).all():
        return Distinct(rows=rows, inverse=inverse, times=times)
    rows, inverse, times = np.unique(counts, axis=0, return_inverse=True, return_counts=True)
    return Distinct(rows=rows, inverse=inverse.ravel(), times=times)
