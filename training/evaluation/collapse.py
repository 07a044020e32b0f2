"""Runs that learned to say one label only."""

from __future__ import annotations

import numpy as np

from training.evaluation.scores import Codes

COLLAPSED_SHARE = 0.95


def collapsed_label(
    gold: Codes, predicted: Codes, *, n_labels: int, share: float = COLLAPSED_SHARE
) -> int | None:
    """The label that nearly all predictions name although it is not nearly all of the truth.

    Args:
        gold, predicted: (N,) int in [0, K), N ≥ 1.
        share: of the predictions, in (0, 1], from which on they count as collapsed.

    Returns:
        The label's code, or None: predictions differ, or the gold labels are as one-sided.

    >>> collapsed_label(np.array([0, 0, 1, 1]), np.array([1, 1, 1, 1]), n_labels=2)
    1
    >>> collapsed_label(np.array([0, 0, 1, 1]), np.array([1, 1, 1, 0]), n_labels=2) is None
    True
    """
    said = np.bincount(predicted, minlength=n_labels) / len(predicted)
    true = np.bincount(gold, minlength=n_labels) / len(gold)
    label = int(said.argmax())
    return label if said[label] >= share > true[label] else None
