"""Would it help to know how good the voters are? How well the final decision can be told."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from benchmarks.overlap.rules import kept
from benchmarks.overlap.votes import Arrival

VOTES = 3
RAREST = 0.05  # of the two decisions; below, there is nothing to tell
FOLDS = 10


def log_losses(arrival: Arrival, gamma: float) -> dict[str, float]:
    """Log loss of cross-validated forecasts after three votes, from counts, and with skills too.

    A voter's skill is the mean share of the others who agree, over *all* votes of the set: more
    than any rule could know, so that what it adds is the most there is to gain. Empty where one
    decision is rare or most examples have no more than four votes.
    """
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.metrics import log_loss
    from sklearn.model_selection import cross_val_predict

    keep = kept(arrival.counts(arrival.overlap), gamma)
    if not RAREST <= keep.mean() <= 1 - RAREST:
        return {}
    losses = {}
    for name, seen in (("counts", _counts(arrival)), ("skills", _with_skills(arrival))):
        model = HistGradientBoostingClassifier(
            max_iter=40, learning_rate=0.08, max_leaf_nodes=6, random_state=0
        )
        chance = cross_val_predict(model, seen, keep, cv=FOLDS, method="predict_proba")
        losses[name] = float(log_loss(keep, chance))
    return losses


def _counts(arrival: Arrival) -> npt.NDArray[np.float64]:
    counts = arrival.counts(np.minimum(VOTES, arrival.overlap))
    return np.column_stack([-np.sort(-counts, axis=1), counts, arrival.overlap]).astype(float)


def _with_skills(arrival: Arrival) -> npt.NDArray[np.float64]:
    """The counts and, for each label by falling count, the mean skill of those who chose it."""
    asked = np.minimum(VOTES, arrival.overlap)
    counts, everything = arrival.counts(asked), arrival.counts(arrival.overlap)
    votes, seen = arrival.votes, arrival.seen(asked)
    others = arrival.overlap[votes.task] - 1
    shared = (everything[votes.task, votes.label] - 1) / np.maximum(others, 1)
    skill = np.bincount(votes.worker, shared) / np.maximum(np.bincount(votes.worker), 1)
    chosen = np.zeros(counts.shape)
    np.add.at(chosen, (seen.task, seen.label), skill[seen.worker])
    mean = np.divide(chosen, counts, out=np.zeros(counts.shape), where=counts > 0)
    by_count = np.take_along_axis(mean, np.argsort(-counts, axis=1, kind="stable"), axis=1)
    return np.column_stack([_counts(arrival), by_count])
