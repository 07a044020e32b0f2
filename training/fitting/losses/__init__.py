"""Losses. To add one: write `training/fitting/losses/<name>.py`, name it below and in FitConfig.

A loss turns training rows into `Targets`, without torch; `objective` computes it in a step, and
`weighted_codes` gives the same to classifiers of scikit-learn.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from training.fitting.config import FitConfig
from training.fitting.losses.agreement import agreement
from training.fitting.losses.base import Loss, Targets, with_class_weights
from training.fitting.losses.cross_entropy import cross_entropy
from training.fitting.losses.dimp import dimp
from training.fitting.losses.imp import imp
from training.fitting.losses.soft import soft
from training.fitting.rows import Row

if TYPE_CHECKING:
    from training.fitting.losses.objective import Objective

LOSSES: dict[str, Loss] = {
    "cross_entropy": cross_entropy,
    "soft": soft,
    "agreement": agreement,
    "imp": imp,
    "dimp": dimp,
}


def is_plain(rows: Sequence[Row], config: FitConfig) -> bool:
    """True where every row counts the same for its given label: no targets are needed."""
    plain = config.loss == "cross_entropy" and not config.class_weights
    return plain and all(row.weight is None for row in rows)


def targets_of(rows: Sequence[Row], config: FitConfig) -> Targets:
    """What the rows pull towards under the loss and the class weights of the config.

    Raises:
        BadDataset: a column that the loss reads is missing or out of range.

    >>> rows = [Row(id=str(at), text="a", label="joke") for at in range(3)]
    >>> rows.append(Row(id="3", text="a", label="news"))
    >>> config = FitConfig(labels=("joke", "news"), class_weights="balanced")
    >>> targets_of(rows, config).shares.sum(axis=0).round(6).tolist()
    [2.0, 2.0]
    """
    return with_class_weights(LOSSES[config.loss](rows, config), config)


def loss_of(config: FitConfig, rows: Sequence[Row]) -> Objective:
    """The loss of a run as its trainer calls it, with (B, K) logits and (B,) places in `rows`.

    Raises:
        BadDataset: a column that the loss reads is missing or out of range.
    """
    from training.fitting.losses.objective import Objective  # loads torch

    return Objective(config, rows)
