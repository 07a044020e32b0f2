"""A figure with its uncertainty and its size."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from curation.quality.answers import Floats, Ints


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """A value with its 95 % interval and the number of answers behind it."""

    value: float
    low: float
    high: float
    n: int
    expected: float | None = None  # what chance, or the peers on the same tasks, would give
    p_value: float | None = None  # of a value at least this far from what is expected

    def as_json(self) -> dict[str, Any]:
        """The figure to four significant digits; what is not known is left out."""
        numbers = {"value": self.value, "low": self.low, "high": self.high, "n": self.n}
        extra = {"expected": self.expected, "p_value": self.p_value}
        return {
            name: float(f"{number:.4g}") if name != "n" else number
            for name, number in (numbers | extra).items()
            if number is not None and math.isfinite(number)
        }


def jeffreys(hits: Floats, n: Floats) -> tuple[Floats, Floats]:
    """95 % intervals of shares under Jeffreys' prior.

    Args:
        hits: (N,) number of hits, fractions allowed, at most n.
        n: (N,) number of trials, at least 1.

    Returns:
        (N,) lower and (N,) upper ends; 0 where nothing was hit and 1 where everything was.

    Source: Brown, Cai and DasGupta 2001, Interval Estimation for a Binomial Proportion, section 4.

    >>> low, high = jeffreys(np.array([0.0, 5.0, 10.0]), np.full(3, 10.0))
    >>> low.round(2).tolist(), high.round(2).tolist()
    ([0.0, 0.22, 0.78], [0.22, 0.78, 1.0])
    """
    from scipy.special import betaincinv

    low = betaincinv(hits + 0.5, n - hits + 0.5, 0.025)
    high = betaincinv(hits + 0.5, n - hits + 0.5, 0.975)
    return np.where(hits <= 0, 0.0, low), np.where(hits >= n, 1.0, high)


def shares(
    hits: Floats | Ints,
    n: Floats | Ints,
    *,
    expected: Floats | None = None,
    p_value: Floats | None = None,
) -> list[Estimate | None]:
    """hits / n with Jeffreys' interval for each annotator; None where n is 0.

    >>> shares(np.array([3, 0]), np.array([4, 0]))[1] is None
    True
    """
    size = np.maximum(n, 1)
    low, high = jeffreys(np.asarray(hits, dtype=np.float64), size.astype(np.float64))
    return [
        Estimate(
            value=float(hits[i] / size[i]),
            low=float(low[i]),
            high=float(high[i]),
            n=int(n[i]),
            expected=None if expected is None else float(expected[i]),
            p_value=None if p_value is None else float(p_value[i]),
        )
        if n[i] > 0
        else None
        for i in range(len(n))
    ]


def probability_below(estimate: Estimate, limit: float) -> float:
    """Probability that the true share lies below `limit`, from hits and n, Jeffreys' prior.

    >>> half = Estimate(value=0.5, low=0.0, high=1.0, n=10)
    >>> round(probability_below(half, 0.5), 6)
    0.5
    """
    from scipy.special import betainc

    hits = estimate.value * estimate.n
    return float(betainc(hits + 0.5, estimate.n - hits + 0.5, limit))
