"""Cross-entropy to the vote shares: -Σ_k p_i(k) log P(k|x).

Soft labels keep what people disagreed on (Peterson et al. 2019; Uma et al. 2021, "Learning from
Disagreement"). Beyond a constant it is the Kullback-Leibler divergence.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from training.fitting.config import FitConfig
from training.fitting.errors import BadDataset
from training.fitting.losses.base import Targets, require, row_weights
from training.fitting.rows import Row

TOLERANCE = 1e-3  # how far a sum of shares may be from 1
REMEDY = (
    "train on a source with votes, or leave the rows without votes a one at their label "
    "(probs 1 and 0)"
)


def soft(rows: Sequence[Row], config: FitConfig) -> Targets:
    """The rows' `probs`, which must sum to 1 over the K labels.

    Raises:
        BadDataset: a row has no probs, or not one in [0, 1] per label that sum to 1.

    >>> rows = [Row(id="1", text="a", label="news", probs=(0.25, 0.75))]
    >>> soft(rows, FitConfig(labels=("joke", "news"))).shares.tolist()
    [[0.25, 0.75]]
    """
    require(rows, [row.probs is not None for row in rows], "probs", loss="soft", remedy=REMEDY)
    n_labels = len(config.labels)
    for row in rows:
        shares = np.array(row.probs, dtype=np.float64)
        in_range = len(shares) == n_labels and bool(np.all((shares >= 0) & (shares <= 1)))
        if not in_range or abs(float(shares.sum()) - 1) > TOLERANCE:
            raise BadDataset(
                f"The probs of training row {row.id!r} must be {n_labels} shares in 0 to 1 "
                "that sum to 1, one for each label of the config."
            )
    shares = np.array([row.probs for row in rows], dtype=np.float64)
    return Targets(shares=shares, weights=row_weights(rows))
