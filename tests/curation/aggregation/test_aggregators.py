"""Aggregators: crowd-kit's numbers, our tie rule, no dependence on the order of rows."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curation.aggregation import AGGREGATORS, Aggregated, AggregatorRefused, Votes

vote_tables = st.lists(
    st.tuples(st.integers(0, 7), st.integers(0, 4), st.integers(0, 2)), min_size=3, max_size=40
)


def make_votes(rows: list[tuple[int, int, int]]) -> Votes:
    """Votes of distinct (task, worker) pairs, tasks renumbered without gaps."""
    once = {(task, worker): label for task, worker, label in rows}
    tasks = {task: code for code, task in enumerate(sorted({task for task, _ in once}))}
    return Votes(
        task=np.array([tasks[task] for task, _ in once]),
        worker=np.array([worker for _, worker in once]),
        label=np.array(list(once.values())),
        n_tasks=len(tasks),
        n_labels=3,
    )


@pytest.mark.parametrize("name", list(AGGREGATORS))
@given(rows=vote_tables, random=st.randoms(use_true_random=False))
@settings(max_examples=15, deadline=None)
def test_neither_the_order_of_rows_nor_annotators_numbers_change_anything(
    name: str, rows: list[tuple[int, int, int]], random: Any
) -> None:
    votes = make_votes(rows)
    order, number = np.arange(len(votes.task)), np.arange(5)
    random.shuffle(order)
    random.shuffle(number)
    shuffled = Votes(
        task=votes.task[order],
        worker=number[votes.worker[order]],
        label=votes.label[order],
        n_tasks=votes.n_tasks,
        n_labels=votes.n_labels,
    )

    first, second = answer(name, votes), answer(name, shuffled)

    if isinstance(first, str) or isinstance(second, str):
        assert first == second
        return
    assert first.labels.tolist() == second.labels.tolist()
    assert np.array_equal(first.probabilities, second.probabilities)
    assert first.skills is not None
    assert second.skills is not None
    voted = np.unique(votes.worker)
    assert np.array_equal(first.skills[voted], second.skills[number[voted]])


def answer(name: str, votes: Votes) -> Aggregated | str:
    """What an aggregator says, or why it refuses."""
    try:
        return AGGREGATORS[name](votes)
    except AggregatorRefused as error:
        return str(error)


@given(rows=vote_tables)
@settings(max_examples=40, deadline=None)
def test_a_majority_has_the_most_votes_and_shares_sum_to_one(
    rows: list[tuple[int, int, int]],
) -> None:
    votes = make_votes(rows)

    result = AGGREGATORS["majority"](votes)

    assert np.allclose(result.probabilities.sum(axis=1), 1)
    assert np.allclose(result.confidence, result.probabilities.max(axis=1))


def test_a_tie_goes_to_the_label_with_more_votes_in_the_project() -> None:
    votes = make_votes([(0, 0, 1), (0, 1, 2), (1, 0, 2), (1, 1, 2)])

    assert AGGREGATORS["majority"](votes).labels.tolist() == [2, 2]


def test_a_tie_between_equally_common_labels_goes_to_the_first_of_the_project() -> None:
    votes = make_votes([(0, 0, 2), (0, 1, 1)])

    assert AGGREGATORS["majority"](votes).labels.tolist() == [1]


def test_dawid_skene_trusts_the_annotator_who_agrees_with_others() -> None:
    # workers 0 and 1 agree always; worker 2 answers label 0 whatever is asked
    rows = [(task, worker, task % 2) for task in range(10) for worker in (0, 1)]
    rows += [(task, 2, 0) for task in range(10)] + [(10, 0, 1), (10, 2, 0)]

    result = AGGREGATORS["dawid_skene"](make_votes(rows))

    assert result.labels[10] == 1


@pytest.mark.parametrize(("name", "floor"), [("majority", 0.87), ("dawid_skene", 0.92)])
def test_accuracy_on_real_votes_is_what_the_field_reports(
    name: str, floor: float, shared_data: Path
) -> None:
    folder = shared_data / "crowd" / "snow_rte"
    gold = {}
    for line in (folder / "texts.jsonl").read_text().splitlines():
        row = json.loads(line)
        gold[row["id"]] = row["gold"]
    with (folder / "annotations.csv").open() as file:
        rows = list(csv.DictReader(file))
    tasks = sorted({row["task"] for row in rows})
    workers = sorted({row["worker"] for row in rows})
    labels = ["entailed", "not_entailed"]
    votes = Votes(
        task=np.array([tasks.index(row["task"]) for row in rows]),
        worker=np.array([workers.index(row["worker"]) for row in rows]),
        label=np.array([labels.index(row["label"]) for row in rows]),
        n_tasks=len(tasks),
        n_labels=2,
    )

    found = AGGREGATORS[name](votes).labels

    right = sum(labels[label] == gold[task] for task, label in zip(tasks, found, strict=True))
    assert right / len(tasks) > floor
