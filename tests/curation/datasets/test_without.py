"""What votes say with and without some of them."""

from __future__ import annotations

import math

import numpy as np
import pytest

from curation.aggregation.result import Votes
from curation.datasets import Policy
from curation.datasets.without import Change, without_votes

POLICIES = {"global": Policy(threshold=0.8), "within_label": Policy(keep_share=0.5)}


def table(*rows: str) -> Votes:
    """Votes of one text per row: the n-th character is the n-th annotator's label, "-" none."""
    cells = [
        (task, worker, int(mark))
        for task, row in enumerate(rows)
        for worker, mark in enumerate(row)
        if mark != "-"
    ]
    task, worker, label = np.array(cells, dtype=np.int64).T
    return Votes(task=task, worker=worker, label=label, n_tasks=len(rows), n_labels=2)


def without(votes: Votes, *workers: int) -> Change:
    ids = [f"text-{task}" for task in range(votes.n_tasks)]
    removed = np.isin(votes.worker, workers)
    return without_votes(votes, removed, ids=ids, policies=POLICIES)


def test_a_contrary_annotator_gone_lets_texts_in_and_turns_no_label() -> None:
    change = without(table("001", "001", "110", "110"), 2)

    assert change.before.mean_agreement == pytest.approx(2 / 3)
    assert change.after.mean_agreement == change.after.alpha == 1
    assert change.moved["global"].entering.tolist() == [0, 1, 2, 3]
    assert change.flipped.tolist() == []


def test_a_label_that_hung_on_one_vote_flips() -> None:
    change = without(table("00011", "111--", "111--", "00111"), 0, 1)

    assert change.before.votes - change.after.votes == 8
    assert change.flipped.tolist() == [0]


def test_an_example_that_loses_all_its_votes_leaves_and_is_named() -> None:
    change = without(table("00", "0-"), 0)

    assert change.silent.tolist() == [1]
    assert change.moved["global"].leaving.tolist() == [1]
    assert (change.before.judged, change.after.judged) == (2, 1)


def test_nobody_gone_changes_nothing() -> None:
    change = without(table("001", "110", "000"))

    assert change.before == change.after
    assert (change.chance_flipped.low, change.chance_flipped.high) == (0, 0)
    assert change.chance_alpha.low == pytest.approx(change.before.alpha)


def test_all_votes_gone_leave_numbers_that_do_not_exist() -> None:
    change = without(table("00", "11"), 0, 1)

    assert change.after.judged == 0
    assert math.isnan(change.after.alpha)
    assert math.isnan(change.after.mean_agreement)
    assert change.after.kept == {"global": 0, "within_label": 0}


def test_random_votes_gone_are_told_from_a_contrary_annotator() -> None:
    rows = ["00001", "11110"] * 20

    change = without(table(*rows), 4)

    assert change.after.alpha == 1
    assert change.chance_alpha.high < 0.8
    assert change.chance_agreement.high < change.after.mean_agreement


def test_the_same_seed_gives_the_same_numbers() -> None:
    votes = table(*["0101", "1100", "0001"] * 5)

    assert repr(without(votes, 1)) == repr(without(votes, 1))
