"""IMP: -(P'(y|x) / Q(y|x))^γ log P(y|x), both checkers fitted beforehand.

Kuo et al. 2025; see `training.fitting.weighting`. They neither clip nor normalise, and
γ is 1.
"""

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
from training.fitting.weighting import importance_weights

QUALITY = "let a checker fitted on real rows judge the training rows first"
DIVERSITY = "let a checker fitted on the training rows judge them first"


def imp(rows: Sequence[Row], config: FitConfig) -> Targets:
    """The given label, weighed by the ratio of the checkers, clipped as the config says.

    Raises:
        BadDataset: a row has no quality or no diversity.

    >>> row = Row(id="1", text="a", label="news", quality=0.9, diversity=0.6)
    >>> imp([row], FitConfig(labels=("joke", "news"))).weights.round(6).tolist()
    [1.5]
    """
    quality = column(rows, "quality", loss="imp", remedy=QUALITY)
    diversity = column(rows, "diversity", loss="imp", remedy=DIVERSITY)
    ratio = importance_weights(
        checked(rows, quality, "quality"),
        checked(rows, diversity, "diversity"),
        exponent=config.weight_exponent,
    )
    weights = own_clipped(ratio, config) * row_weights(rows)
    return Targets(shares=one_hot(rows, config), weights=weights)
