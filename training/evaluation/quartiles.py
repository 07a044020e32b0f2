"""Test rows in four parts by something measured of each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from curation.agreement.spearman import mean_ranks
from training.evaluation.scores import Codes, Floats

PARTS = 4


@dataclass(frozen=True, kw_only=True)
class Part:
    """Rows whose measure lies in [low, high]."""

    low: float
    high: float
    rows: Codes  # their places


def quartiles(values: Floats) -> list[Part]:
    """Rows in at most four parts by rising value, about as many in each.

    A row's part is the quarter that its rank falls in; equal values share their mean rank and so
    are never parted, whatever the order of the rows. With many equal values there are fewer
    parts, of different size.

    Args:
        values: (N,) float; rows with NaN are in no part.

    >>> [(part.low, part.rows.tolist()) for part in quartiles(np.array([4.0, 3.0, 2.0, 1.0]))]
    [(1.0, [3]), (2.0, [2]), (3.0, [1]), (4.0, [0])]
    >>> [len(part.rows) for part in quartiles(np.array([1.0, 1.0, 1.0, 0.6, np.nan]))]
    [1, 3]
    """
    known = np.flatnonzero(~np.isnan(values))
    if not len(known):
        return []
    middles = (mean_ranks(values[known]) - 0.5) / len(known)  # in (0, 1)
    quarter = np.minimum((PARTS * middles).astype(np.int64), PARTS - 1)
    return [
        Part(low=float(values[rows].min()), high=float(values[rows].max()), rows=rows)
        for rows in (known[quarter == number] for number in range(PARTS))
        if len(rows)
    ]
