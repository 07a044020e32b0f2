"""How far a project's agreement would move with other examples."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from curation.agreement.counts import Counts
from curation.agreement.distinct import distinct_rows
from curation.agreement.formulas import NOMINAL_ALPHA, Formula, pairable

RESAMPLES = 1_000
FEWEST = 100
WORK = 1_000_000_000  # products in all, as far as FEWEST allows


@dataclass(frozen=True, kw_only=True)
class Interval:
    """A 95 % interval."""

    low: float
    high: float


UNKNOWN = Interval(low=float("nan"), high=float("nan"))


def alpha_interval(counts: Counts, *, seed: int = 0, resamples: int = RESAMPLES) -> Interval:
    """Bootstrap interval of Krippendorff's nominal α over tasks.

    Args:
        counts: (T, K) int, votes per task and label.
        seed: of the draws; the same seed gives the same interval.
        resamples: R ≥ 1.

    Returns:
        The 2.5th and 97.5th percentiles; NaN where α itself is undefined.

    >>> alpha_interval(np.array([[3, 0], [0, 3]] * 50))
    Interval(low=1.0, high=1.0)
    """
    return intervals(counts, {"α": NOMINAL_ALPHA}, seed=seed, resamples=resamples)["α"]


def intervals(
    counts: Counts,
    formulas: Mapping[str, Formula],
    *,
    seed: int = 0,
    resamples: int = RESAMPLES,
) -> dict[str, Interval]:
    """Bootstrap intervals over tasks of several statistics, from the same resamples.

    Tasks with the same vote counts are interchangeable, so a resample is a multinomial draw over
    the few distinct rows of `counts`; a million tasks cost no more than a hundred. With very many
    distinct rows there are fewer resamples, at least 100.

    Args:
        counts: (T, K) int, votes per task and label; tasks with one vote or none are left out.
    """
    distinct = distinct_rows(pairable(counts))
    if not len(distinct.rows):
        return dict.fromkeys(formulas, UNKNOWN)
    parts = {name: formula.parts(distinct.rows) for name, formula in formulas.items()}
    numbers = len(distinct.rows) * sum(one.shape[1] + 10 for one in parts.values())
    size = max(1, min(resamples, max(FEWEST, WORK // numbers)))
    tasks = int(distinct.times.sum())
    chances = distinct.times / tasks
    draws = np.random.default_rng(seed).multinomial(tasks, chances, size=size).astype(np.float64)
    return {name: _middle(formula.value(draws @ parts[name])) for name, formula in formulas.items()}


def _middle(values: npt.NDArray[np.float64]) -> Interval:
    if np.isnan(values).all():
        return UNKNOWN
    low, high = np.nanpercentile(values, [2.5, 97.5])
    return Interval(low=float(low), high=float(high))
