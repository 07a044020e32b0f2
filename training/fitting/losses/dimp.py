"""DIMP: -(P'(y|x) / sg(P(y|x)))^γ log P(y|x), P the classifier being trained.

Kuo et al. 2025; see `training.fitting.weighting`. The denominator is the probability
of the same forward pass, through which no gradient flows, so the weight is known in the step only.
"""

from __future__ import annotations

from collections.abc import Sequence

from training.fitting.config import FitConfig
from training.fitting.losses.base import Targets, checked, column, one_hot, row_weights
from training.fitting.losses.imp import QUALITY
from training.fitting.rows import Row


def dimp(rows: Sequence[Row], config: FitConfig) -> Targets:
    """The given label and P'; the step divides by P and clips.

    Raises:
        BadDataset: a row has no quality.

    >>> row = Row(id="1", text="a", label="news", quality=0.9)
    >>> dimp([row], FitConfig(labels=("joke", "news"))).quality.tolist()
    [0.9]
    """
    quality = checked(rows, column(rows, "quality", loss="dimp", remedy=QUALITY), "quality")
    return Targets(shares=one_hot(rows, config), weights=row_weights(rows), quality=quality)
