"""What goes into an aggregator and what comes out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from curation.errors import CurationError

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


class AggregatorRefused(CurationError):
    """An aggregator cannot work on these votes; the sentence says why and what to do."""


@dataclass(frozen=True, kw_only=True)
class Votes:
    """V votes of W annotators on T tasks with K labels, as integer codes.

    Every task has at least one vote; an annotator votes at most once on a task.
    """

    task: Ints  # (V,) in [0, T)
    worker: Ints  # (V,) in [0, W)
    label: Ints  # (V,) in [0, K)
    n_tasks: int
    n_labels: int

    @property
    def n_workers(self) -> int:
        """W: one more than the largest annotator code, so 0 where nobody voted."""
        return int(self.worker.max(initial=-1)) + 1

    def frame(self) -> pd.DataFrame:
        """The votes as crowd-kit takes them, in an order that does not depend on theirs."""
        order = np.lexsort((self.label, self.worker, self.task))
        return pd.DataFrame(
            {
                "task": self.task[order],
                "worker": self.worker[order],
                "label": self.label[order],
            }
        )


@dataclass(frozen=True, kw_only=True)
class Aggregated:
    """One label per task with the aggregator's probabilities and what it makes of annotators."""

    labels: Ints  # (T,) in [0, K)
    probabilities: Floats  # (T, K), rows sum to 1
    # (W,) what the aggregator means by skill, in SKILLS; NaN for a code without votes.
    skills: Floats | None = None

    @property
    def confidence(self) -> Floats:
        """(T,) the probability of each task's own label."""
        return self.probabilities[np.arange(len(self.labels)), self.labels]


def decide(votes: Votes, probabilities: Floats, *, skills: Floats | None = None) -> Aggregated:
    """The most probable label of each task.

    Ties go to the label with more votes in the whole project, and if that ties too to the one
    that stands first in the project; never to the one that happened to be read first.

    Args:
        votes: what was aggregated.
        probabilities: (T, K) float, rows sum to 1.
        skills: (W,) handed on.

    >>> votes = Votes(
    ...     task=np.array([0, 0, 1]), worker=np.array([0, 1, 0]), label=np.array([0, 1, 1]),
    ...     n_tasks=2, n_labels=2,
    ... )
    >>> decide(votes, np.array([[0.5, 0.5], [0.0, 1.0]])).labels.tolist()
    [1, 1]
    """
    labels = most_probable(probabilities, preferred_labels(votes))
    return Aggregated(labels=labels, probabilities=probabilities, skills=skills)


def preferred_labels(votes: Votes) -> Ints:
    """(K,) label codes in the order in which they win ties, best first."""
    total = np.bincount(votes.label, minlength=votes.n_labels)
    return np.lexsort((np.arange(votes.n_labels), -total)).astype(np.int64)


def most_probable(probabilities: Floats, preferred: Ints) -> Ints:
    """(T,) code of the largest probability of each row; of equals the one preferred.

    >>> most_probable(np.array([[0.5, 0.5], [0.7, 0.3]]), np.array([1, 0])).tolist()
    [1, 0]
    """
    if not probabilities.size:
        return np.zeros(len(probabilities), dtype=np.int64)
    best = probabilities[:, 0]
    for column in probabilities.T[1:]:
        best = np.maximum(best, column)
    label = np.full(len(probabilities), preferred[-1], dtype=np.int64)
    for code in preferred[-2::-1]:  # the best comes last and so has the last word
        # 1e-9: sums of the same numbers in another order differ by less, real differences by more
        label[probabilities[:, code] >= best - 1e-9] = code
    return label


def probability_table(votes: Votes, frame: pd.DataFrame) -> Floats:
    """crowd-kit's probabilities (tasks × labels that occur) as a full (T, K) array."""
    full = frame.reindex(index=range(votes.n_tasks), columns=range(votes.n_labels), fill_value=0.0)
    table = full.to_numpy(dtype=np.float64)
    return np.asarray(table / table.sum(axis=1, keepdims=True))
