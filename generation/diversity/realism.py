"""Whether a classifier can tell synthetic texts from real ones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from generation.diversity.vectors import Numbers, Vectors, unit_rows

FOLDS = 5
MOST = 10_000  # texts of a side; more are drawn down to this, their interval is narrow anyway
PENALTY = 10.0  # scikit-learn's C; on rows of length 1 its default hardly fits at all
SMALL = 5_000  # rows up to which a second thread costs more than it brings
Z = 1.959964


@dataclass(frozen=True, kw_only=True)
class Realism:
    """The AUC of real against synthetic: 0.5 cannot be told apart, 1 always."""

    auc: float  # mean over the folds
    low: float  # 95 %
    high: float


UNDEFINED = Realism(auc=float("nan"), low=float("nan"), high=float("nan"))


def realism_auc(synthetic: Vectors, real: Vectors, *, seed: int) -> Realism:
    """AUC of a logistic regression on the vectors, over five folds it was not fitted on.

    The interval is DeLong's for each fold, put together as if folds were independent (they share
    training texts), cut to [0, 1]; it says nothing about another draw of texts, and it has no
    width where every fold is told apart without an error. A text that stands on both sides or
    several times on one may be in fitting and judging at once. AUC grows with the texts there are
    to fit on, so compare sets of equal N.

    Args:
        synthetic: (S, D) float, rows of length 1.
        real: (R, D) float, rows of length 1.
        seed: of the folds, and of the draw of 10,000 where a side has more.

    Returns:
        AUC in [0, 1] with its interval; all NaN with fewer than five texts on a side.

    Source: the real-against-synthetic discriminator (Lopez-Paz and Oquab 2017, arXiv 1610.06545,
    with AUC for accuracy); interval of DeLong, DeLong and Clarke-Pearson 1988.
    """
    rng = np.random.default_rng(seed)
    sides = [_at_most(unit_rows(side), rng) for side in (real, synthetic)]
    if min(map(len, sides)) < FOLDS:
        return UNDEFINED
    rows = np.concatenate(sides)
    is_synthetic = np.repeat([False, True], [len(side) for side in sides])
    folds = np.concatenate([rng.permutation(len(side)) % FOLDS for side in sides])
    measured = [_fold(rows, is_synthetic, folds == fold) for fold in range(FOLDS)]
    auc = float(np.mean([area for area, _ in measured]))
    margin = Z * float(np.sqrt(sum(variance for _, variance in measured))) / FOLDS
    return Realism(auc=auc, low=max(0.0, auc - margin), high=min(1.0, auc + margin))


def _at_most(rows: Vectors, rng: np.random.Generator) -> Vectors:
    if len(rows) <= MOST:
        return rows
    return rows[np.sort(rng.choice(len(rows), MOST, replace=False))]


def _fold(
    rows: Vectors, is_synthetic: npt.NDArray[np.bool_], judged: npt.NDArray[np.bool_]
) -> tuple[float, float]:
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits

    model = LogisticRegression(C=PENALTY, max_iter=1_000, class_weight="balanced")
    with threadpool_limits(1 if len(rows) <= SMALL else None):
        model.fit(rows[~judged], is_synthetic[~judged])
        scores = model.decision_function(rows[judged]).astype(np.float64)
    truth = is_synthetic[judged]
    return auc_and_variance(scores[truth], scores[~truth])


def auc_and_variance(positive: Numbers, negative: Numbers) -> tuple[float, float]:
    """The chance that a positive scores higher than a negative, ties half, and its variance.

    Args:
        positive: (P,) scores, P ≥ 1.
        negative: (Q,) scores, Q ≥ 1.

    Returns:
        AUC in [0, 1] and DeLong's variance, 0 for the part of a side with a single score.

    Of the four pairs of 3, 1 with 2, 0 three are in order:

    >>> auc_and_variance(np.array([3.0, 1.0]), np.array([2.0, 0.0]))
    (0.75, 0.125)
    """
    above = _share_below(positive, negative)
    below = 1 - _share_below(negative, positive)
    variance = sum(
        float(np.var(part, ddof=1)) / len(part) for part in (above, below) if len(part) > 1
    )
    return float(above.mean()), variance


def _share_below(scores: Numbers, others: Numbers) -> Numbers:
    """Of each score, the share of `others` below it, ties half."""
    ordered = np.sort(others)
    left = np.searchsorted(ordered, scores, side="left")
    right = np.searchsorted(ordered, scores, side="right")
    return (left + right) / (2 * len(others))
