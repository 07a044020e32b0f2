"""Weights of rows: ratios of probabilities, their range, and how many rows they leave.

IMP and DIMP after Kuo et al., "Not All LLM-Generated Data Are Equal" (ICLR 2025, arXiv
2410.21526): importance sampling with P'(y|x) by a checker fitted on real rows over Q(y|x) by one
fitted on the synthetic rows themselves. `training.evaluation.calibration` fits the temperature of a
checker and applies it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

FLOOR = 1e-12  # probabilities below it count as it, so that no ratio is infinite


@dataclass(frozen=True, kw_only=True)
class WeightSummary:
    """What weights do to a set of rows."""

    rows: int  # N
    effective: float  # (Σw)²/Σw², in [0, N]; N when all weigh the same
    share: float  # effective / rows, in [0, 1]
    lowest: float
    mean: float
    highest: float

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def importance_weights(quality: Floats, diversity: Floats, *, exponent: float) -> Floats:
    """(P'(y|x) / Q(y|x))^γ of each row: above 1 where real rows back the label more.

    Args:
        quality: (N,) P' of the given label, in [0, 1].
        diversity: (N,) Q of the given label, in [0, 1]; below FLOOR it counts as FLOOR.
        exponent: γ ≥ 0; 0 gives ones.

    >>> importance_weights(np.array([0.8, 0.2]), np.array([0.4, 0.8]), exponent=1).tolist()
    [2.0, 0.25]
    """
    ratio = np.asarray(quality, dtype=np.float64) / np.maximum(diversity, FLOOR)
    return np.asarray(ratio**exponent)


def clipped(weights: Floats, *, low: float, high: float) -> Floats:
    """Weights moved into [low, high]; 0 and 0 leave them as they are.

    >>> clipped(np.array([0.01, 1.0, 50.0]), low=0.1, high=10.0).tolist()
    [0.1, 1.0, 10.0]
    """
    if (low, high) == (0, 0):
        return weights
    return np.clip(weights, low, high)


def normalised(weights: Floats) -> Floats:
    """Weights divided by their mean, so that they neither raise nor lower the learning rate.

    Weights that are all 0 stay 0.

    >>> normalised(np.array([1.0, 3.0])).tolist()
    [0.5, 1.5]
    """
    mean = float(weights.mean())
    return weights / mean if mean > 0 else weights


def effective_sample_size(weights: Floats) -> float:
    """(Σw)²/Σw² (Kish 1965): how many equally weighted rows tell as much; 0 for zero weights.

    >>> effective_sample_size(np.array([1.0, 1.0, 0.0, 0.0]))
    2.0
    """
    highest = float(weights.max(initial=0.0))
    if highest <= 0:
        return 0.0
    scaled = weights / highest  # squares of large weights would overflow
    return float(scaled.sum() ** 2 / (scaled**2).sum())


def summary_of(weights: Floats) -> WeightSummary:
    """The same with the range of N ≥ 1 weights.

    >>> summary_of(np.array([1.0, 1.0, 0.0, 0.0])).share
    0.5
    """
    effective = effective_sample_size(weights)
    return WeightSummary(
        rows=len(weights),
        effective=effective,
        share=effective / len(weights),
        lowest=float(weights.min()),
        mean=float(weights.mean()),
        highest=float(weights.max()),
    )


def balanced_class_weights(shares: Floats) -> Floats:
    """N / (K · rows of the label): labels weigh the same in sum, and rows 1 in the mean.

    Args:
        shares: (N, K) of each row in each label, rows sum to 1. A soft row counts for several.

    Returns:
        (K,) floats; K in the formula counts labels that occur, the others get 0.

    >>> balanced_class_weights(np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 0.0]])).tolist()
    [0.6666666666666666, 2.0]
    """
    rows = shares.sum(axis=0)
    occurs = rows > 0
    weights = np.zeros_like(rows)
    weights[occurs] = rows.sum() / (occurs.sum() * rows[occurs])
    return weights
