"""Posteriors of an example's label, as tools compute them that stop where one is sure.

`skilled` is the one-coin model of Dawid and Skene: each annotator is right with a probability of
his or her own and otherwise picks any other label; `common` gives all annotators the same
probability; `dirichlet` knows no right label, only shares, and asks whether the leading label has
the largest. The first two are fitted by expectation maximisation on the votes so far.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
import numpy.typing as npt

from curation.aggregation import Votes
from curation.agreement.counts import vote_counts

Floats = npt.NDArray[np.float64]
LabelPosterior = Callable[[Votes], Floats]

STEPS = 30
PRIOR_RIGHT, PRIOR_WRONG = 4.0, 2.0  # Beta prior of an annotator's accuracy
DRAWS = 10_000


def skilled(votes: Votes) -> Floats:
    """(T, K) posterior of the label, each annotator with an accuracy of his or her own."""
    return _one_coin(votes, votes.worker)


def common(votes: Votes) -> Floats:
    """(T, K) posterior of the label, all annotators with the same accuracy."""
    return _one_coin(votes, np.zeros_like(votes.worker))


def dirichlet(votes: Votes) -> Floats:
    """(T, K) probability that a label's share is the largest, shares even before any vote."""
    counts = vote_counts(votes.task, votes.label, n_tasks=votes.n_tasks, n_labels=votes.n_labels)
    rank = np.argsort(-counts, axis=1, kind="stable")
    falling = np.take_along_axis(counts, rank, axis=1)
    distinct, inverse = np.unique(falling, axis=0, return_inverse=True)
    largest = np.array([_largest(tuple(row)) for row in distinct.tolist()])[inverse.ravel()]
    back = np.argsort(rank, axis=1)
    return np.asarray(np.take_along_axis(largest, back, axis=1))


@cache
def _largest(counts: tuple[int, ...]) -> tuple[float, ...]:
    draws = np.random.default_rng(0).gamma(np.array(counts) + 1.0, size=(DRAWS, len(counts)))
    return tuple((np.bincount(draws.argmax(axis=1), minlength=len(counts)) / DRAWS).tolist())


POSTERIORS: dict[str, LabelPosterior] = {
    "skilled": skilled,
    "common": common,
    "dirichlet": dirichlet,
}


def _one_coin(votes: Votes, worker: npt.NDArray[np.int64]) -> Floats:
    n_labels = votes.n_labels
    cells = votes.task * n_labels + votes.label
    counts = np.bincount(cells, minlength=votes.n_tasks * n_labels).reshape(-1, n_labels) + 0.5
    belief = counts / counts.sum(axis=1, keepdims=True)
    answered = np.bincount(worker)
    for _ in range(STEPS):
        right = np.bincount(worker, belief[votes.task, votes.label])
        accuracy = (right + PRIOR_RIGHT - 1) / (answered + PRIOR_RIGHT + PRIOR_WRONG - 2)
        weight = np.log(accuracy) - np.log((1 - accuracy) / (n_labels - 1))
        logs = np.bincount(cells, weight[worker], minlength=votes.n_tasks * n_labels)
        logs = logs.reshape(-1, n_labels) + np.log(belief.sum(axis=0) + 1)
        new = np.exp(logs - logs.max(axis=1, keepdims=True))
        new /= new.sum(axis=1, keepdims=True)
        moved = np.abs(new - belief).max()
        belief = new
        if moved < 1e-4:
            break
    return np.asarray(belief)
