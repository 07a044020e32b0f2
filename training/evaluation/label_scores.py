"""How well each label is found, with its uncertainty."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from training.evaluation import resampling
from training.evaluation.intervals import Interval, interval
from training.evaluation.scores import Codes, score


@dataclass(frozen=True, kw_only=True)
class LabelEstimate:
    """Scores of one label, all seeds together."""

    f1: Interval
    precision: float  # mean over seeds
    recall: float
    support: int  # test rows that have the label


def label_estimates(
    gold: Codes,
    predicted: Codes,
    *,
    n_labels: int,
    resamples: int = resampling.RESAMPLES,
    seed: int = 0,
) -> list[LabelEstimate]:
    """F1 of each label with an interval over test rows and seeds, drawn as `estimate` draws them.

    Args:
        gold: (N,) int in [0, K), N ≥ 1.
        predicted: (S, N) int in [0, K), S ≥ 1.

    Returns:
        K estimates; a label that no row has and no seed names scores 0.

    >>> gold = np.array([0, 1, 0, 1])
    >>> found = label_estimates(gold, np.array([[0, 1, 0, 0]]), n_labels=2)
    >>> [(one.recall, one.support) for one in found]
    [(1.0, 2), (0.5, 2)]
    """
    drawn = resampling.resample(gold, predicted, n_labels=n_labels, resamples=resamples, seed=seed)
    draws = resampling.seed_draws(len(predicted), resamples=resamples, seed=seed)
    scores = [score(gold, one, n_labels=n_labels).labels for one in predicted]
    return [
        LabelEstimate(
            f1=interval(
                np.array([one[code].f1 for one in scores]), drawn.label_f1[:, :, code], draws
            ),
            precision=float(np.mean([one[code].precision for one in scores])),
            recall=float(np.mean([one[code].recall for one in scores])),
            support=scores[0][code].support,
        )
        for code in range(n_labels)
    ]
