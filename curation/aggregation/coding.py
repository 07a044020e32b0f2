"""Votes in a numbering of their own, so that no answer depends on how they were numbered or read.

Sums of floats in another order differ in their last digits, and an iteration may blow that up;
random starting values go by an annotator's number. So annotators are renumbered by what they voted
and rows are put in one order before anything iterates.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from curation.aggregation.result import Aggregated, Floats, Ints, Votes, decide

Marks = npt.NDArray[np.uint64]


@dataclass(frozen=True, kw_only=True)
class CodedVotes:
    """The votes by task and annotator, with only the labels and the annotators that occur."""

    votes: Votes
    original: Votes
    labels: Ints  # (K',) original code of each label, ascending
    workers: Ints  # (W',) original code of each annotator
    twins: Ints  # (W',) group of each annotator; those who voted exactly alike share one

    def decided(self, probabilities: Floats, skills: Floats | None = None) -> Aggregated:
        """The result in the original's numbering.

        Args:
            probabilities: (T, K') rows sum to 1; labels nobody chose get 0.
            skills: (W',); annotators who voted exactly alike get the mean of theirs.
        """
        table = np.zeros((self.original.n_tasks, self.original.n_labels))
        table[:, self.labels] = probabilities
        return decide(self.original, table, skills=None if skills is None else self.spread(skills))

    def spread(self, skills: Floats) -> Floats:
        """(W,) in the original numbering; NaN for a code without votes."""
        shared = np.bincount(self.twins, weights=skills) / np.bincount(self.twins)
        full = np.full(self.original.n_workers, np.nan)
        full[self.workers] = shared[self.twins]
        return full


def coded(votes: Votes) -> CodedVotes:
    """The votes in their own numbering.

    >>> votes = Votes(
    ...     task=np.array([1, 0, 0]), worker=np.array([4, 4, 2]), label=np.array([2, 0, 2]),
    ...     n_tasks=2, n_labels=3,
    ... )
    >>> own = coded(votes)
    >>> own.votes.task.tolist(), own.labels.tolist(), sorted(own.workers.tolist())
    ([0, 0, 1], [0, 2], [2, 4])
    """
    labels = np.flatnonzero(np.bincount(votes.label, minlength=votes.n_labels))
    present = np.flatnonzero(np.bincount(votes.worker, minlength=votes.n_workers))
    marks = _marks(votes)[present]
    workers = present[np.argsort(marks, kind="stable")]
    number = np.zeros(votes.n_workers, dtype=np.int64)
    number[workers] = np.arange(len(workers))
    worker = number[votes.worker]
    order = np.argsort(votes.task * len(workers) + worker, kind="stable")
    return CodedVotes(
        votes=Votes(
            task=votes.task[order],
            worker=worker[order],
            label=np.searchsorted(labels, votes.label[order]),
            n_tasks=votes.n_tasks,
            n_labels=len(labels),
        ),
        original=votes,
        labels=labels,
        workers=workers,
        twins=np.unique(marks, return_inverse=True)[1][np.argsort(marks, kind="stable")],
    )


def _marks(votes: Votes) -> Marks:
    """(W,) a 64-bit mark of what each annotator voted, whatever the order of rows.

    Two who voted differently share one with probability 2⁻⁶⁴.
    """
    pair = (votes.task * votes.n_labels + votes.label + 1).astype(np.uint64)
    pair *= np.uint64(0x9E3779B97F4A7C15)  # splitmix64
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        pair ^= pair >> np.uint64(shift)
        pair *= np.uint64(factor)
    pair ^= pair >> np.uint64(31)
    marks = np.zeros(votes.n_workers, dtype=np.uint64)
    np.add.at(marks, votes.worker, pair)
    return marks
