"""What goes into an aggregator and what comes out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd


@dataclass(frozen=True, kw_only=True)
class Votes:
    """V votes of W annotators on T tasks with K labels, as integer codes.

    Every task has at least one vote; an annotator votes at most once on a task.
    """

    task: npt.NDArray[np.int64]  # (V,) in [0, T)
    worker: npt.NDArray[np.int64]  # (V,) in [0, W)
    label: npt.NDArray[np.int64]  # (V,) in [0, K)
    n_tasks: int
    n_labels: int

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
    """One label per task with the aggregator's probabilities."""

    labels: npt.NDArray[np.int64]  # (T,) in [0, K)
    probabilities: npt.NDArray[np.float64]  # (T, K), rows sum to 1

    @property
    def confidence(self) -> npt.NDArray[np.float64]:
        """(T,) the probability of each task's own label."""
        return self.probabilities[np.arange(len(self.labels)), self.labels]


def decide(votes: Votes, probabilities: npt.NDArray[np.float64]) -> Aggregated:
    """The most probable label of each task.

    Ties go to the label with more votes in the whole project, and if that ties too to the one
    that stands first in the project; never to the one that happened to be read first.

    Args:
        votes: what was aggregated.
        probabilities: (T, K) float, rows sum to 1.

    >>> votes = Votes(
    ...     task=np.array([0, 0, 1]), worker=np.array([0, 1, 0]), label=np.array([0, 1, 1]),
    ...     n_tasks=2, n_labels=2,
    ... )
    >>> decide(votes, np.array([[0.5, 0.5], [0.0, 1.0]])).labels.tolist()
    [1, 1]
    """
    total = np.bincount(votes.label, minlength=votes.n_labels)
    preferred = np.lexsort((np.arange(votes.n_labels), -total))  # label codes, best first
    ordered = probabilities[:, preferred]
    top = ordered.max(axis=1, keepdims=True)
    first = np.argmax(
        ordered >= top - 1e-9, axis=1
    )  # 1e-9: crowd-kit clips its posteriors at 1e-10
    return Aggregated(labels=preferred[first].astype(np.int64), probabilities=probabilities)


def probability_table(votes: Votes, frame: pd.DataFrame) -> npt.NDArray[np.float64]:
    """crowd-kit's probabilities (tasks × labels that occur) as a full (T, K) array."""
    full = frame.reindex(index=range(votes.n_tasks), columns=range(votes.n_labels), fill_value=0.0)
    table = full.to_numpy(dtype=np.float64)
    return np.asarray(table / table.sum(axis=1, keepdims=True))
