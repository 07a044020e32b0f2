"""The same losses for classifiers that take a label and a weight per row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from training.fitting.config import FitConfig
from training.fitting.errors import BadConfig, BadDataset
from training.fitting.losses import targets_of
from training.fitting.rows import Row
from training.fitting.weighting import WeightSummary, normalised, summary_of


@dataclass(frozen=True, kw_only=True)
class WeightedCodes:
    """M rows for a `fit(X[places], codes, sample_weight=weights)`; a soft row comes per label."""

    cells: npt.NDArray[np.float64]  # (N, K) ≥ 0, of each training row in each label; M are not 0
    places: npt.NDArray[np.int64]  # (M,) of the training rows, in [0, N), ascending
    codes: npt.NDArray[np.int64]  # (M,) labels, int in [0, K)
    weights: npt.NDArray[np.float64]  # (M,) > 0
    summary: WeightSummary  # over the N training rows


def weighted_codes(rows: Sequence[Row], config: FitConfig) -> WeightedCodes:
    """Codes and sample weights that give scikit-learn the loss of the config.

    A soft row is repeated for each label that has a share of it, weighed by the share. Rows that
    weigh nothing are left out. All rows are one batch where weights are normalised.

    Raises:
        BadDataset: a column that the loss reads is missing, or all rows weigh nothing.
        BadConfig: the loss needs the classifier's own probabilities during training (DIMP).

    >>> rows = [Row(id="1", text="a", label="news", probs=(0.25, 0.75))]
    >>> found = weighted_codes(rows, FitConfig(labels=("joke", "news"), loss="soft"))
    >>> found.places.tolist(), found.codes.tolist(), found.weights.tolist()
    ([0, 0], [0, 1], [0.25, 0.75])
    """
    if config.loss == "dimp":
        raise BadConfig(
            'Loss "dimp" weighs rows by the classifier\'s own probabilities in each step, which '
            f'"{config.classifier}" does not have; use "imp", or classifier "transformer".'
        )
    targets = targets_of(rows, config)
    mass = targets.weights * targets.shares.sum(axis=1)
    cells = targets.weights[:, None] * targets.shares
    if not mass.any():
        raise BadDataset(
            "All training rows weigh nothing, so there is nothing to learn from; "
            "look at the checkers, or use another loss."
        )
    if config.weight_normalise:
        cells, mass = cells / mass.mean(), normalised(mass)
    places, codes = np.nonzero(cells)
    return WeightedCodes(
        cells=cells,
        places=places.astype(np.int64),
        codes=codes.astype(np.int64),
        weights=cells[places, codes],
        summary=summary_of(mass),
    )
