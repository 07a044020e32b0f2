from __future__ import annotations

import numpy as np
import pytest

from training.evaluation.compare import compare
from training.evaluation.scores import Codes

GOLD = np.array([0, 1] * 100)


def wrong_at(*places: int) -> Codes:
    predicted = GOLD.copy()
    predicted[list(places)] = 1 - predicted[list(places)]
    return predicted[None, :]


def test_a_source_is_no_better_than_itself() -> None:
    one = wrong_at(1, 2, 3)

    difference = compare(GOLD, one, one, n_labels=2)

    assert (difference.mean, difference.low, difference.high) == (0.0, 0.0, 0.0)
    assert difference.share_positive == 0.0


def test_comparison_is_paired_so_shared_mistakes_do_not_widen_it() -> None:
    shared = range(0, 60)
    better, worse = wrong_at(*shared), wrong_at(*shared, *range(60, 80))

    difference = compare(GOLD, better, worse, n_labels=2)

    assert difference.mean == pytest.approx(0.1, abs=0.01)
    assert 0.05 < difference.low < difference.high < 0.15
    assert difference.share_positive == 1.0


def test_comparison_turned_round_has_the_opposite_sign() -> None:
    better, worse = wrong_at(1), wrong_at(1, 2, 3, 4)

    there = compare(GOLD, better, worse, n_labels=2)
    back = compare(GOLD, worse, better, n_labels=2)

    assert (there.mean, there.low, there.high) == pytest.approx((-back.mean, -back.high, -back.low))
