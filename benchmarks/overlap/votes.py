"""Crowd sets, and their votes in one order of arrival."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from curation.aggregation import Votes
from curation.agreement.counts import Counts, vote_counts

Whole = npt.NDArray[np.int64]


def read(folder: Path) -> Votes:
    """The votes of `folder/annotations.csv` (task, worker, label), as integer codes."""
    with (folder / "annotations.csv").open(encoding="utf-8", newline="") as file:
        rows = [(row["task"], row["worker"], row["label"]) for row in csv.DictReader(file)]
    task, worker, label = (
        np.unique([row[column] for row in rows], return_inverse=True) for column in range(3)
    )
    return Votes(
        task=task[1],
        worker=worker[1],
        label=label[1],
        n_tasks=len(task[0]),
        n_labels=len(label[0]),
    )


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """The votes of T examples in one order of arrival."""

    votes: Votes  # sorted by place
    place: Whole  # (V,) of each vote in the order of its example, from 0
    so_far: npt.NDArray[np.int64]  # (T, N + 1, K) votes per label after 0, 1, … N votes
    overlap: Whole  # (T,) N_i, all votes of each example

    def counts(self, asked: Whole) -> Counts:
        """(T, K) votes per label when the first `asked` (T,) votes of each example are in."""
        return np.asarray(self.so_far[np.arange(len(asked)), asked])

    def seen(self, asked: Whole) -> Votes:
        """These votes one by one."""
        mask = self.place < asked[self.votes.task]
        return Votes(
            task=self.votes.task[mask],
            worker=self.votes.worker[mask],
            label=self.votes.label[mask],
            n_tasks=self.votes.n_tasks,
            n_labels=self.votes.n_labels,
        )


def arrival(votes: Votes, *, seed: int) -> Arrival:
    """Every example's votes in a random order."""
    order = np.random.default_rng(seed).permutation(len(votes.task))
    order = order[np.argsort(votes.task[order], kind="stable")]
    overlap = np.bincount(votes.task, minlength=votes.n_tasks)
    task, label = votes.task[order], votes.label[order]
    place = np.arange(len(order)) - (np.cumsum(overlap) - overlap)[task]
    so_far = np.zeros((votes.n_tasks, overlap.max() + 1, votes.n_labels), dtype=np.int64)
    so_far[task, place + 1, label] = 1
    return Arrival(
        votes=Votes(
            task=task,
            worker=votes.worker[order],
            label=label,
            n_tasks=votes.n_tasks,
            n_labels=votes.n_labels,
        ),
        place=place,
        so_far=so_far.cumsum(axis=1),
        overlap=overlap,
    )


def all_counts(votes: Votes) -> Counts:
    """(T, K) the full overlap."""
    return vote_counts(votes.task, votes.label, n_tasks=votes.n_tasks, n_labels=votes.n_labels)
