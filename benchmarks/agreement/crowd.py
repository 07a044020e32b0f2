"""Votes to measure on, and a stopwatch."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from curation.aggregation import Votes

OVERLAP = 5  # votes per example
EXAMPLES_PER_ANNOTATOR = 400


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What is measured."""

    votes: int = 1_000_000
    statistics_votes: int = 5_000_000
    labels: int = 4
    steps: int = 100
    repeats: int = 3


def made_votes(n_votes: int, *, n_labels: int, seed: int = 0) -> Votes:
    """Votes of annotators of all sorts, five to an example, in no order.

    Nobody votes twice on an example; who meets whom is chance, so hardly two examples have the
    same votes of the same people. Annotators are right with 0.5 to 0.95 and guess otherwise.
    """
    rng = np.random.default_rng(seed)
    n_tasks = n_votes // OVERLAP
    n_workers = max(OVERLAP, n_tasks // EXAMPLES_PER_ANNOTATOR)
    # steps below n_workers / OVERLAP never come round to somebody who is on the example already
    step = rng.integers(1, max(2, n_workers // OVERLAP), (n_tasks, OVERLAP)).cumsum(axis=1)
    worker = ((rng.integers(0, n_workers, (n_tasks, 1)) + step) % n_workers).ravel()
    task = np.repeat(np.arange(n_tasks), OVERLAP)
    truth = rng.choice(n_labels, n_tasks, p=_shares(n_labels))
    right = rng.random(len(task)) < rng.uniform(0.5, 0.95, n_workers)[worker]
    label = np.where(right, truth[task], rng.integers(0, n_labels, len(task)))
    order = rng.permutation(len(task))
    return Votes(
        task=task[order], worker=worker[order], label=label[order],
        n_tasks=n_tasks, n_labels=n_labels,
    )  # fmt: skip


def _shares(n_labels: int) -> Any:
    falling = np.arange(n_labels, 0, -1.0)
    return falling / falling.sum()


def seconds(work: Callable[[], Any], *, repeats: int) -> float:
    """The median time of `repeats` runs."""
    taken = []
    for _ in range(repeats):
        started = time.perf_counter()
        work()
        taken.append(time.perf_counter() - started)
    return statistics.median(taken)


def load() -> float:
    return round(os.getloadavg()[0], 2)
