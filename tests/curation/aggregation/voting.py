"""Votes for tests: from rows, shuffled, and from the real sets."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from curation.aggregation import AGGREGATORS, Aggregated, AggregatorRefused, Votes


def make_votes(rows: Sequence[tuple[int, int, int]], *, n_labels: int = 3) -> Votes:
    """Votes of distinct (task, worker) pairs, tasks renumbered without gaps."""
    once = {(task, worker): label for task, worker, label in rows}
    tasks = {task: code for code, task in enumerate(sorted({task for task, _ in once}))}
    return Votes(
        task=np.array([tasks[task] for task, _ in once], dtype=np.int64),
        worker=np.array([worker for _, worker in once], dtype=np.int64),
        label=np.array(list(once.values()), dtype=np.int64),
        n_tasks=len(tasks),
        n_labels=n_labels,
    )


def shuffled(votes: Votes, *, order: Sequence[int], number: Sequence[int]) -> Votes:
    """The same votes with rows in another order and annotators under other numbers."""
    rows = np.asarray(order)
    return Votes(
        task=votes.task[rows],
        worker=np.asarray(number)[votes.worker[rows]],
        label=votes.label[rows],
        n_tasks=votes.n_tasks,
        n_labels=votes.n_labels,
    )


def answer(name: str, votes: Votes) -> Aggregated | str:
    """What an aggregator says, or why it refuses."""
    try:
        return AGGREGATORS[name](votes)
    except AggregatorRefused as error:
        return str(error)


@dataclass(frozen=True, kw_only=True)
class RealSet:
    """A real set of votes; labels are numbered so that crowd-kit breaks ties as we do."""

    votes: Votes
    gold: dict[int, int]  # task → label, where it is known


@cache
def real_set(folder: Path, *, most_tasks: int = 10_000) -> RealSet:
    """The set's first tasks. The most frequent label is 0: crowd-kit gives ties to the first."""
    with (folder / "annotations.csv").open(encoding="utf-8") as file:
        rows = [(row["task"], row["worker"], row["label"]) for row in csv.DictReader(file)]
    texts = (folder / "texts.jsonl").read_text(encoding="utf-8").splitlines()
    known = {row["id"]: row["gold"] for row in map(json.loads, texts)}
    declared = json.loads((folder / "source.json").read_text(encoding="utf-8"))["labels"]
    tasks = {task: code for code, task in enumerate(sorted({row[0] for row in rows})[:most_tasks])}
    rows = [row for row in rows if row[0] in tasks]
    given = [row[2] for row in rows]
    labels = sorted(declared, key=lambda label: (-given.count(label), declared.index(label)))
    workers = {worker: code for code, worker in enumerate(sorted({row[1] for row in rows}))}
    votes = Votes(
        task=np.array([tasks[row[0]] for row in rows]),
        worker=np.array([workers[row[1]] for row in rows]),
        label=np.array([labels.index(row[2]) for row in rows]),
        n_tasks=len(tasks),
        n_labels=len(labels),
    )
    gold = {code: labels.index(known[task]) for task, code in tasks.items() if known.get(task)}
    return RealSet(votes=votes, gold=gold)
