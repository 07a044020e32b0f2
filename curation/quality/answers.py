"""The answers of a project as columns, and their parts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

VOTE, GOLD, ATTENTION, QUALIFICATION, REPEAT = range(5)

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class Answers:
    """A answers of W annotators on T tasks with K ≥ 2 labels, as integer codes.

    An annotator answers a task once; further answers to the same task have the purpose REPEAT.
    """

    task: Ints  # (A,) in [0, T)
    worker: Ints  # (A,) in [0, W)
    label: Ints  # (A,) in [0, K), -1 for a skip
    seconds: Floats  # (A,) NaN when unknown
    order: Floats  # (A,) time or sequence of answering, NaN when unknown
    length: Floats  # (A,) characters of the text, NaN when unknown
    purpose: Ints  # (A,) VOTE, GOLD, ATTENTION, QUALIFICATION or REPEAT
    gold: Ints  # (T,) the known label, -1 when there is none; taken as true for every answer
    n_tasks: int
    n_workers: int
    n_labels: int

    def where(self, chosen: Flags | Ints) -> Answers:
        """The chosen answers only, of the same tasks and annotators.

        Args:
            chosen: (A,) bool, or the places of the answers in the wanted order.
        """
        return Answers(
            task=self.task[chosen],
            worker=self.worker[chosen],
            label=self.label[chosen],
            seconds=self.seconds[chosen],
            order=self.order[chosen],
            length=self.length[chosen],
            purpose=self.purpose[chosen],
            gold=self.gold,
            n_tasks=self.n_tasks,
            n_workers=self.n_workers,
            n_labels=self.n_labels,
        )

    def labelled(self) -> Answers:
        """Without skips."""
        return self.where(self.label >= 0)

    def first(self) -> Answers:
        """Without skips and without the answers of purpose REPEAT: one per task and annotator."""
        return self.where((self.label >= 0) & (self.purpose != REPEAT))

    def per_worker(self) -> Ints:
        """(W,) the number of answers of each annotator."""
        return np.bincount(self.worker, minlength=self.n_workers).astype(np.int64)

    def labels_per_worker(self) -> Ints:
        """(W, K) how often each annotator gave each label; skips are left out."""
        given = self.label >= 0
        cells = self.worker[given] * self.n_labels + self.label[given]
        counts = np.bincount(cells, minlength=self.n_workers * self.n_labels)
        return counts.reshape(self.n_workers, self.n_labels).astype(np.int64)


def votes_only(
    task: Ints, worker: Ints, label: Ints, *, n_tasks: int, n_workers: int, n_labels: int
) -> Answers:
    """Plain votes as answers of which nothing else is known: no times, no order, no gold.

    >>> answers = votes_only(
    ...     np.array([0, 0]), np.array([0, 1]), np.array([1, 1]), n_tasks=1, n_workers=2, n_labels=2
    ... )
    >>> answers.labels_per_worker().tolist()
    [[0, 1], [0, 1]]
    """
    unknown = np.full(len(task), np.nan)
    return Answers(
        task=task,
        worker=worker,
        label=label,
        seconds=unknown,
        order=unknown,
        length=unknown,
        purpose=np.full(len(task), VOTE),
        gold=np.full(n_tasks, -1),
        n_tasks=n_tasks,
        n_workers=n_workers,
        n_labels=n_labels,
    )
