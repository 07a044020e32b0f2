"""Is one source better than another? Asked on the same test rows and the same seeds."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from training.evaluation import resampling
from training.evaluation.intervals import central
from training.evaluation.scores import Codes, score


@dataclass(frozen=True, kw_only=True)
class Difference:
    """Macro-F1 of the first source minus that of the second."""

    mean: float  # in [-1, 1], over seeds
    low: float  # ends of the central 95 % of the paired bootstrap
    high: float
    share_positive: float  # of the resamples in which the first is better, in [0, 1]
    seeds: int
    rows: int

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def compare(
    gold: Codes,
    first: Codes,
    second: Codes,
    *,
    n_labels: int,
    resamples: int = resampling.RESAMPLES,
    seed: int = 0,
) -> Difference:
    """Paired difference of macro-F1: each resample draws rows and seeds once, for both sources.

    Args:
        gold: (N,) int in [0, K), N ≥ 1.
        first, second: (S, N) int in [0, K), S ≥ 1; row s of both was fitted with the same seed.
        n_labels: K ≥ 2.

    >>> gold = np.array([0, 1, 0, 1])
    >>> right, wrong = gold[None, :], 1 - gold[None, :]
    >>> difference = compare(gold, right, wrong, n_labels=2)
    >>> difference.mean, difference.share_positive
    (1.0, 1.0)
    """
    one_draw, other_draw = (
        resampling.resample(gold, source, n_labels=n_labels, resamples=resamples, seed=seed)
        for source in (first, second)
    )
    draws = resampling.seed_draws(len(first), resamples=resamples, seed=seed)
    differences = resampling.over_seeds(one_draw.macro_f1 - other_draw.macro_f1, draws)
    low, high = central(differences)
    means = [
        score(gold, one, n_labels=n_labels).macro_f1
        - score(gold, other, n_labels=n_labels).macro_f1
        for one, other in zip(first, second, strict=True)
    ]
    return Difference(
        mean=float(np.mean(means)),
        low=low,
        high=high,
        share_positive=float((differences > 0).mean()),
        seeds=len(first),
        rows=len(gold),
    )
