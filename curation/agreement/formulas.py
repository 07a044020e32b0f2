"""Statistics of agreement as sums over examples, and what the sums say.

What a statistic needs of an example depends on its votes per label only, and adds up. So a project
of a million examples and a thousand resamples of it are both small sums over its distinct rows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from curation.agreement.counts import Counts
from curation.agreement.distinct import distinct_rows

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Formula:
    """A statistic of examples with two votes or more."""

    parts: Callable[[Counts], Floats]  # (D, K) votes → (D, F) what adds up
    value: Callable[[Floats], Floats]  # (..., F) sums → (...) the statistic, NaN where undefined


def pairable(counts: Counts) -> Counts:
    """The rows with two votes or more; others can neither agree nor disagree."""
    return np.asarray(counts[counts.sum(axis=1) >= 2])


def evaluated(formula: Formula, counts: Counts) -> float:
    """The statistic of a project; NaN where it is undefined."""
    distinct = distinct_rows(pairable(counts))
    return float(formula.value(distinct.times @ formula.parts(distinct.rows)))


def coincidences(counts: Counts) -> Floats:
    """(D, K, K) how often two votes on the same example name two labels.

    Each vote counts once, shared among the other votes on its example, so that an example with
    many votes does not outweigh the others by its many pairs.

    >>> coincidences(np.array([[2, 1]]))[0].tolist()
    [[1.0, 1.0], [1.0, 0.0]]
    """
    votes = counts.astype(np.float64)
    pairs = votes[:, :, None] * votes[:, None, :]
    pairs -= np.eye(counts.shape[1]) * votes[:, None, :]
    return np.asarray(pairs / np.maximum(votes.sum(axis=1) - 1, 1)[:, None, None])


def _nominal_parts(counts: Counts) -> Floats:
    votes = counts.sum(axis=1, keepdims=True)
    disagreeing = ((votes - counts) * counts / np.maximum(votes - 1, 1)).sum(axis=1)
    return np.column_stack([disagreeing, counts])


def _nominal_value(sums: Floats) -> Floats:
    observed, per_label = sums[..., 0], sums[..., 1:]
    total = per_label.sum(axis=-1)
    expected = ((total[..., None] - per_label) * per_label).sum(axis=-1)
    return _one_minus(observed * (total - 1), expected)


def _ordinal_parts(counts: Counts) -> Floats:
    return coincidences(counts).reshape(len(counts), counts.shape[1] ** 2)


def _ordinal_value(sums: Floats) -> Floats:
    n_labels = round(sums.shape[-1] ** 0.5)
    observed = sums.reshape(*sums.shape[:-1], n_labels, n_labels)
    per_label = observed.sum(axis=-1)
    between = np.cumsum(per_label, axis=-1) - per_label / 2  # middle of each label's own votes
    distance = (between[..., :, None] - between[..., None, :]) ** 2
    total = per_label.sum(axis=-1)
    chance = (distance * per_label[..., :, None] * per_label[..., None, :]).sum(axis=(-2, -1))
    return _one_minus((distance * observed).sum(axis=(-2, -1)) * (total - 1), chance)


def _agreeing_parts(counts: Counts) -> Floats:
    votes = counts.sum(axis=1, keepdims=True)
    agreeing = (counts * (counts - 1)).sum(axis=1) / np.maximum(votes * (votes - 1), 1)[:, 0]
    return np.column_stack([np.ones(len(counts)), agreeing, counts / np.maximum(votes, 1)])


def _fleiss_value(sums: Floats) -> Floats:
    shares = _over(sums[..., 2:], sums[..., :1])
    return _corrected(_over(sums[..., 1], sums[..., 0]), (shares**2).sum(axis=-1))


def _gwet_value(sums: Floats) -> Floats:
    shares = _over(sums[..., 2:], sums[..., :1])
    others = max(shares.shape[-1] - 1, 1)
    chance = (shares * (1 - shares)).sum(axis=-1) / others
    return _corrected(_over(sums[..., 1], sums[..., 0]), chance)


def _corrected(agreeing: Floats, chance: Floats) -> Floats:
    return _one_minus(1 - agreeing, 1 - chance)


def _one_minus(observed: Floats, expected: Floats) -> Floats:
    """1 − observed / expected disagreement; NaN where none can be expected."""
    possible = expected > 1e-12  # sums of shares are rounded
    return np.asarray(1 - _over(observed, np.where(possible, expected, 0.0)))


def _over(above: Floats, below: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(below > 0, np.divide(above, below), np.nan))


NOMINAL_ALPHA = Formula(parts=_nominal_parts, value=_nominal_value)
ORDINAL_ALPHA = Formula(parts=_ordinal_parts, value=_ordinal_value)
FLEISS_KAPPA = Formula(parts=_agreeing_parts, value=_fleiss_value)
GWET_AC1 = Formula(parts=_agreeing_parts, value=_gwet_value)
