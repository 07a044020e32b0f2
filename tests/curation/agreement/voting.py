"""Votes written as they would be read aloud."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from curation.aggregation import Votes


def votes_of(answers: Sequence[Mapping[int, int]], *, n_labels: int = 2) -> Votes:
    """One mapping annotator → label for each example."""
    rows = [(task, *pair) for task, given in enumerate(answers) for pair in given.items()]
    table = np.array(rows, dtype=np.int64).reshape(-1, 3)
    return Votes(
        task=table[:, 0],
        worker=table[:, 1],
        label=table[:, 2],
        n_tasks=len(answers),
        n_labels=n_labels,
    )


def shuffled(votes: Votes, *, seed: int) -> Votes:
    """The same votes in another order of rows."""
    order = np.random.default_rng(seed).permutation(len(votes.task))
    return Votes(
        task=votes.task[order],
        worker=votes.worker[order],
        label=votes.label[order],
        n_tasks=votes.n_tasks,
        n_labels=votes.n_labels,
    )
