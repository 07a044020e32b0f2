"""A score with its size and its uncertainty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np

from training.evaluation import resampling
from training.evaluation.scores import Codes, Floats, Scores, score

COVERAGE = 0.95


@dataclass(frozen=True, kw_only=True)
class Interval:
    """A mean over seeds, and where it would fall with other test rows and other seeds."""

    mean: float
    std: float  # sample standard deviation over seeds; 0 with one seed
    low: float  # ends of the central 95 % of the bootstrap
    high: float

    def as_json(self) -> dict[str, float]:
        return asdict(self)


@dataclass(frozen=True, kw_only=True)
class LabelEstimate:
    """Scores of one label, all seeds together; a label that no row has or is said to have: 0."""

    f1: Interval
    precision: float  # mean over seeds
    recall: float
    support: int  # test rows that have the label


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """Scores of one source on one set of test rows, all seeds together."""

    macro_f1: Interval
    accuracy: Interval
    labels: tuple[LabelEstimate, ...]  # K, in label order
    rows: int

    def as_json(self) -> dict[str, object]:
        return {
            "macro_f1": self.macro_f1.as_json(),
            "accuracy": self.accuracy.as_json(),
            "rows": self.rows,
        }


def estimate(
    gold: Codes,
    predicted: Codes,
    *,
    n_labels: int,
    resamples: int = resampling.RESAMPLES,
    seed: int = 0,
) -> Estimate:
    """Scores, also of each label, with intervals over test rows and seeds, drawn again together.

    Args:
        gold: (N,) int in [0, K), N ≥ 1.
        predicted: (S, N) int in [0, K), one row per seed, S ≥ 1.
        n_labels: K ≥ 2.
        resamples: B bootstrap draws.
        seed: of the draws; the same seed gives the same interval.

    >>> gold = np.array([0, 1, 0, 1])
    >>> perfect = estimate(gold, np.stack([gold, gold]), n_labels=2).macro_f1
    >>> perfect.mean, perfect.std, perfect.low, perfect.high
    (1.0, 0.0, 1.0, 1.0)
    >>> labels = estimate(gold, np.array([[0, 1, 0, 0]]), n_labels=2).labels
    >>> [(one.recall, one.support) for one in labels]
    [(1.0, 2), (0.5, 2)]
    """
    drawn = resampling.resample(gold, predicted, n_labels=n_labels, resamples=resamples, seed=seed)
    draws = resampling.seed_draws(len(predicted), resamples=resamples, seed=seed)
    scores = [score(gold, one, n_labels=n_labels) for one in predicted]
    return Estimate(
        macro_f1=interval(np.array([one.macro_f1 for one in scores]), drawn.macro_f1, draws),
        accuracy=interval(np.array([one.accuracy for one in scores]), drawn.accuracy, draws),
        labels=tuple(
            _label(code, scores, drawn.label_f1[:, :, code], draws) for code in range(n_labels)
        ),
        rows=len(gold),
    )


def interval(per_seed: Floats, resampled: Floats, draws: Codes) -> Interval:
    """A score's interval from its resamples: (S,), (B, S) and the seeds drawn in each, (B, S)."""
    low, high = central(resampling.over_seeds(resampled, draws))
    return Interval(
        mean=float(per_seed.mean()),
        std=float(per_seed.std(ddof=1)) if len(per_seed) > 1 else 0.0,
        low=low,
        high=high,
    )


def _label(code: int, scores: Sequence[Scores], resampled: Floats, draws: Codes) -> LabelEstimate:
    of_seeds = [one.labels[code] for one in scores]
    return LabelEstimate(
        f1=interval(np.array([one.f1 for one in of_seeds]), resampled, draws),
        precision=float(np.mean([one.precision for one in of_seeds])),
        recall=float(np.mean([one.recall for one in of_seeds])),
        support=of_seeds[0].support,
    )


def central(values: Floats, *, coverage: float = COVERAGE) -> tuple[float, float]:
    """Ends of the central `coverage` of the values."""
    tail = (1 - coverage) / 2
    low, high = np.quantile(values, [tail, 1 - tail])
    return float(low), float(high)
