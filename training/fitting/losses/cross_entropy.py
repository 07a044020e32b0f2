"""-log P(given label), each row counting as much as its `weight`."""

from __future__ import annotations

from collections.abc import Sequence

from training.fitting.config import FitConfig
from training.fitting.losses.base import Targets, one_hot, row_weights
from training.fitting.rows import Row


def cross_entropy(rows: Sequence[Row], config: FitConfig) -> Targets:
    """The given label, and the rows' own weights.

    >>> rows = [Row(id="1", text="a", label="news"), Row(id="2", text="b", label="joke", weight=2)]
    >>> targets = cross_entropy(rows, FitConfig(labels=("joke", "news")))
    >>> targets.shares.tolist(), targets.weights.tolist()
    ([[0.0, 1.0], [1.0, 0.0]], [1.0, 2.0])
    """
    return Targets(shares=one_hot(rows, config), weights=row_weights(rows))
