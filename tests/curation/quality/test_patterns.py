"""One button, labels in turn, runs: against chance and against what the tasks themselves give."""

from __future__ import annotations

import numpy as np
import pytest

from curation.quality import VOTE
from curation.quality.patterns import Pattern, favourites, patterns
from tests.curation.quality.crowds import make_answers

EVEN = np.full((40, 2), 0.5)


def pattern_of(labels: list[int], peers: np.ndarray = EVEN) -> Pattern | None:  # type: ignore[type-arg]
    rows = [(task, 0, label, VOTE) for task, label in enumerate(labels)]
    return patterns(make_answers(rows), peers[: len(rows)], seed=0)[0]


@pytest.mark.parametrize(
    ("labels", "period"),
    [([0, 1] * 20, 2), ([0] * 20 + [1] * 20, 1), ([0, 0, 1, 1] * 10, 4), ([0, 0, 1] * 13, 3)],
)
def test_a_pattern_of_any_kind_is_found_with_its_period(labels: list[int], period: int) -> None:
    found = pattern_of(labels)

    assert found is not None
    assert found.period == period
    assert found.share.value > 0.9
    assert found.share.p_value is not None
    assert found.share.p_value <= 0.001


def test_labels_by_chance_and_one_button_show_no_pattern() -> None:
    by_chance = pattern_of(np.random.default_rng(5).integers(2, size=40).tolist())
    one_button = pattern_of([1] * 40)

    for found in (by_chance, one_button):
        assert found is not None
        assert found.share.p_value is not None
        assert found.share.p_value > 0.02


def test_where_tasks_come_sorted_a_run_is_what_peers_would_give_too() -> None:
    peers = np.array([[0.95, 0.05]] * 20 + [[0.05, 0.95]] * 20)

    found = pattern_of([0] * 20 + [1] * 20, peers)

    assert found is not None
    assert found.share.expected == pytest.approx(0.9, abs=0.02)


def test_few_answers_or_an_unknown_order_show_no_pattern() -> None:
    rows = [(task, 0, task % 2, VOTE) for task in range(40)]
    unordered = make_answers(rows, order=[np.nan] * 40)

    assert pattern_of([0, 1, 0, 1]) is None
    assert patterns(unordered, EVEN, seed=0) == [None]


def test_a_favourite_is_judged_by_what_peers_gave_to_the_same_tasks() -> None:
    rows = [(task, worker, 0, VOTE) for task in range(20) for worker in range(2)]
    peers = np.array([[0.95, 0.05], [0.4, 0.6]] * 20)

    usual, unusual = favourites(make_answers(rows), peers)

    assert usual is not None
    assert unusual is not None
    assert usual.share.value == unusual.share.value == 1.0
    assert usual.share.p_value is not None
    assert usual.share.p_value > 0.3
    assert unusual.share.p_value is not None
    assert unusual.share.p_value < 1e-6


def test_the_same_seed_gives_the_same_p_value() -> None:
    labels = np.random.default_rng(2).integers(2, size=30).tolist()

    assert pattern_of(labels) == pattern_of(labels)
