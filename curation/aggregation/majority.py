"""Majority vote."""

from __future__ import annotations

import numpy as np

from curation.aggregation.result import Aggregated, Floats, Ints, Votes, decide


def majority(votes: Votes) -> Aggregated:
    """The most frequent label of each task; probabilities are the vote shares.

    crowd-kit breaks ties by row order, so ties are decided here (see `decide`).

    Returns:
        Skills are the share of an annotator's votes that name the majority's label.

    >>> votes = Votes(
    ...     task=np.array([0, 0, 0]), worker=np.array([0, 1, 2]), label=np.array([1, 1, 0]),
    ...     n_tasks=1, n_labels=2,
    ... )
    >>> found = majority(votes)
    >>> found.labels.tolist(), found.probabilities.round(2).tolist(), found.skills.tolist()
    ([1], [[0.33, 0.67]], [1.0, 1.0, 0.0])
    """
    result = decide(votes, weighted_shares(votes))
    return decide(votes, result.probabilities, skills=agreement_with(votes, result.labels))


def weighted_shares(votes: Votes, weights: Floats | None = None) -> Floats:
    """(T, K) share of each label among a task's votes, or among their weights.

    Args:
        weights: (W,) of each annotator, at least 0; a task all of whose annotators weigh nothing
            is counted by heads.
    """
    shares = _shares(votes, None if weights is None else weights[votes.worker])
    weightless = np.isnan(shares @ np.ones(votes.n_labels))
    if weightless.any():
        shares[weightless] = _shares(votes, None)[weightless]
    return shares


def agreement_with(votes: Votes, labels: Ints) -> Floats:
    """(W,) share of each annotator's votes that name `labels[task]`; NaN without votes."""
    same = (labels[votes.task] == votes.label).astype(np.float64)
    right = np.bincount(votes.worker, weights=same, minlength=votes.n_workers)
    cast = np.bincount(votes.worker, minlength=votes.n_workers)
    return np.divide(right, cast, out=np.full(votes.n_workers, np.nan), where=cast > 0)


def label_sums(votes: Votes, weights: Floats | None) -> Floats:
    """(T, K) votes per task and label, or the sum of their (V,) weights."""
    cells = np.bincount(
        votes.task * votes.n_labels + votes.label,
        weights=weights,
        minlength=votes.n_tasks * votes.n_labels,
    )
    return cells.reshape(votes.n_tasks, votes.n_labels).astype(np.float64, copy=False)


def _shares(votes: Votes, weights: Floats | None) -> Floats:
    cells = label_sums(votes, weights)
    total = (cells @ np.ones(votes.n_labels))[:, None]
    return np.divide(cells, total, out=np.full(cells.shape, np.nan), where=total > 0)
