"""What expectation maximisation over annotators shares: votes as (annotator, label) cells.

Every model here gives each annotator a probability of each label given the true one, so a step
only needs, per task, the cells that voted on it: two products with one sparse matrix.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from curation.aggregation.result import Floats, Ints, Votes

TINY = 1e-10  # crowd-kit's floor of a probability


@dataclass(frozen=True, kw_only=True)
class VoteCells:
    """The C pairs (annotator, label) that occur, by annotator and label."""

    on_task: Any  # scipy csr (T, C): 1 where that annotator gave that label to the task
    worker: Ints  # (C,)
    label: Ints  # (C,)
    votes: Floats  # (C,) how often
    first: Ints  # (W,) where each annotator's cells begin
    n_labels: int

    @property
    def own(self) -> tuple[Ints, Ints]:
        """Index of each cell's own label in a (C, K) table."""
        return np.arange(len(self.label)), self.label

    def by_worker(self, values: Floats) -> Floats:
        """Sums over each annotator's cells: (C, ...) → (W, ...)."""
        return np.add.reduceat(values, self.first, axis=0)

    def expected(self, posterior: Floats) -> Floats:
        """(C, K) how often each cell was cast where each label is true, by (T, K) posteriors."""
        return np.asarray(self.on_task.T @ posterior)

    def posterior(self, logs: Floats, prior: Floats) -> Floats:
        """(T, K) probability of each label.

        Args:
            logs: (C, K) log-probability of each cell's label given each true one.
            prior: (K,) above 0.
        """
        weights = np.asarray(self.on_task @ logs)
        weights += np.log(prior)
        return normalised(weights)

    def shares(self) -> Floats:
        """(T, K) vote shares, from which every iteration starts."""
        ones = np.zeros((len(self.label), self.n_labels))
        ones[self.own] = 1.0
        counts = np.asarray(self.on_task @ ones)
        return np.asarray(counts / counts.sum(axis=1, keepdims=True))


def vote_cells(votes: Votes) -> VoteCells:
    """The cells of coded votes: sorted by task, every annotator and label occurring."""
    from scipy.sparse import csr_matrix  # 0.2 s to import

    pair = votes.worker * votes.n_labels + votes.label
    cast = np.bincount(pair, minlength=votes.n_workers * votes.n_labels)
    present = np.flatnonzero(cast)
    number = np.cumsum(cast > 0) - 1
    ends = np.cumsum(np.bincount(votes.task, minlength=votes.n_tasks))
    on_task = csr_matrix(
        (np.ones(len(pair)), number[pair], np.concatenate([[0], ends])),
        shape=(votes.n_tasks, len(present)),
    )
    worker = present // votes.n_labels
    return VoteCells(
        on_task=on_task,
        worker=worker,
        label=present % votes.n_labels,
        votes=cast[present].astype(np.float64),
        first=np.searchsorted(worker, np.arange(votes.n_workers)),
        n_labels=votes.n_labels,
    )


def normalised(weights: Floats) -> Floats:
    """Rows of log-weights as probabilities, in place.

    Columns are taken one by one: numpy reduces a short last axis several times slower.

    >>> normalised(np.log([[1.0, 3.0]])).round(2).tolist()
    [[0.25, 0.75]]
    """
    top = weights[:, 0].copy()
    for column in weights.T[1:]:
        np.maximum(top, column, out=top)
    weights -= top[:, None]
    np.exp(weights, out=weights)
    weights /= (weights @ np.ones(weights.shape[1]))[:, None]
    return weights
