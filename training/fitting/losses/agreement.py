"""Cross-entropy in which a row counts as much as its annotators agreed."""

from __future__ import annotations

from collections.abc import Sequence

from training.fitting.config import FitConfig
from training.fitting.losses.base import (
    Targets,
    checked,
    column,
    one_hot,
    own_clipped,
    row_weights,
)
from training.fitting.rows import Row

REMEDY = "train on a source with votes, such as judged, or use another loss"


def agreement(rows: Sequence[Row], config: FitConfig) -> Targets:
    """The given label, weighed by a_i, the share of votes for the most frequent label.

    Raises:
        BadDataset: a row has no agreement.

    >>> rows = [Row(id="1", text="a", label="news", agreement=0.6)]
    >>> agreement(rows, FitConfig(labels=("joke", "news"))).weights.tolist()
    [0.6]
    """
    shares = checked(rows, column(rows, "agreement", loss="agreement", remedy=REMEDY), "agreement")
    weights = own_clipped(shares, config) * row_weights(rows)
    return Targets(shares=one_hot(rows, config), weights=weights)
