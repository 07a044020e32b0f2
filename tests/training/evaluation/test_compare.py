from __future__ import annotations

import numpy as np
import pytest

from training.evaluation.compare import compare, corrected
from training.evaluation.scores import Codes

GOLD = np.array([0, 1] * 100)


def wrong_at(*places: int, seeds: int = 3) -> Codes:
    predicted = GOLD.copy()
    predicted[list(places)] = 1 - predicted[list(places)]
    return np.tile(predicted, (seeds, 1))


def test_a_source_is_no_better_than_itself() -> None:
    one = wrong_at(1, 2, 3)

    difference = compare(GOLD, one, one, n_labels=2)

    assert (difference.mean, difference.low, difference.high) == (0.0, 0.0, 0.0)
    assert difference.p == 1


def test_comparison_is_paired_so_shared_mistakes_do_not_widen_it() -> None:
    shared = range(0, 60)
    better, worse = wrong_at(*shared), wrong_at(*shared, *range(60, 80))

    difference = compare(GOLD, better, worse, n_labels=2)

    assert difference.mean == pytest.approx(0.1, abs=0.01)
    assert difference.low is not None
    assert difference.high is not None
    assert 0.05 < difference.low < difference.high < 0.15
    assert difference.p is not None
    assert difference.p < 0.001


@pytest.mark.parametrize("seeds", [1, 2])
def test_with_few_seeds_there_is_a_mean_and_no_test(seeds: int) -> None:
    difference = compare(GOLD, wrong_at(seeds=seeds), wrong_at(*range(50), seeds=seeds), n_labels=2)

    assert difference.mean == pytest.approx(0.25, abs=0.01)
    assert (difference.low, difference.high, difference.p) == (None, None, None)


def test_one_test_row_shows_nothing() -> None:
    right, wrong = np.zeros((3, 1), dtype=int), np.ones((3, 1), dtype=int)

    difference = compare(np.array([0]), right, wrong, n_labels=2)

    assert (difference.rows, difference.p) == (1, None)


def test_comparison_turned_round_has_the_opposite_sign() -> None:
    better, worse = wrong_at(1), wrong_at(1, 2, 3, 4)

    there = compare(GOLD, better, worse, n_labels=2)
    back = compare(GOLD, worse, better, n_labels=2)

    assert there.low is not None
    assert back.high is not None
    assert (there.mean, there.low) == pytest.approx((-back.mean, -back.high))


def test_p_values_are_corrected_for_those_that_are_tested() -> None:
    few = compare(GOLD, wrong_at(seeds=1), wrong_at(3, seeds=1), n_labels=2)
    tested = compare(GOLD, wrong_at(), wrong_at(*range(20)), n_labels=2)

    first, second, third = corrected([tested, few, tested])

    assert tested.p is not None
    assert first.p_holm == third.p_holm == pytest.approx(2 * tested.p)
    assert second.p_holm is None
