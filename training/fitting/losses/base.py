"""What every loss says about the training rows before the first step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from training.fitting.config import FitConfig
from training.fitting.errors import BadDataset
from training.fitting.rows import Row, label_codes
from training.fitting.weighting import balanced_class_weights, clipped

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Targets:
    """What N training rows pull towards, and how strongly.

    The loss of a batch is the mean over its rows of -weight · Σ_k shares_k · log P(k|x).
    """

    shares: Floats  # (N, K) ≥ 0: one-hot or soft, times class weights
    weights: Floats  # (N,) ≥ 0, known before the first step
    quality: Floats | None = None  # (N,) P' of the given label, where the weight moves with P


Loss = Callable[[Sequence[Row], FitConfig], Targets]  # shares without class weights


def one_hot(rows: Sequence[Row], config: FitConfig) -> Floats:
    """(N, K) with a 1 at each row's label."""
    return np.eye(len(config.labels))[label_codes(rows, config.labels)]


def column(rows: Sequence[Row], name: str, *, loss: str, remedy: str) -> Floats:
    """(N,) values of a column that the loss cannot do without.

    Raises:
        BadDataset: a row has none; the sentence ends in `remedy`.
    """
    values = [getattr(row, name) for row in rows]
    require(rows, [value is not None for value in values], name, loss=loss, remedy=remedy)
    return np.array(values, dtype=np.float64)


def require(rows: Sequence[Row], has: Sequence[bool], name: str, *, loss: str, remedy: str) -> None:
    missing = [row.id for row, there in zip(rows, has, strict=True) if not there]
    if missing:
        raise BadDataset(
            f'Loss "{loss}" reads the column "{name}", which {len(missing)} of {len(rows)} '
            f"training rows do not have (the first is {min(missing)!r}); {remedy}."
        )


def row_weights(rows: Sequence[Row]) -> Floats:
    """(N,) the rows' own weights; rows without one weigh 1.

    Raises:
        BadDataset: a weight is negative or no number.
    """
    weights = np.array([1.0 if row.weight is None else row.weight for row in rows])
    return checked(rows, weights, "weight", high=np.inf)


def checked(rows: Sequence[Row], values: Floats, name: str, *, high: float = 1.0) -> Floats:
    """The values, which must be finite and in [0, high]."""
    wrong = ~(np.isfinite(values) & (values >= 0) & (values <= high))
    if wrong.any():
        first = min(row.id for row, bad in zip(rows, wrong, strict=True) if bad)
        limits = "0 or more" if np.isinf(high) else f"in 0 to {high:g}"
        raise BadDataset(f'Training row {first!r} has a "{name}" that is not {limits}.')
    return values


def own_clipped(weights: Floats, config: FitConfig) -> Floats:
    """A loss's own weights in the range that the config allows."""
    return clipped(weights, low=config.weight_low, high=config.weight_high)


def with_class_weights(targets: Targets, config: FitConfig) -> Targets:
    """The same with each label's part weighed as `config.class_weights` says."""
    if not config.class_weights:
        return targets
    return replace(targets, shares=targets.shares * balanced_class_weights(targets.shares))
