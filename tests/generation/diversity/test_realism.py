"""The AUC of telling synthetic from real."""

from __future__ import annotations

import math

import numpy as np
import pytest

from generation.diversity import realism as module
from generation.diversity.realism import auc_and_variance, realism_auc
from tests.generation.diversity.vectors import turned, unit_vectors


def test_auc_is_the_share_of_pairs_in_order() -> None:
    # 3 > 2, 3 > 1, 2 = 2 (half), 2 > 1: 3.5 of 4
    area, variance = auc_and_variance(np.array([3.0, 2.0]), np.array([2.0, 1.0]))

    assert area == pytest.approx(3.5 / 4)
    # parts 1 and 0.75, and 0.75 and 1: variance 0.03125 each, over 2 texts each
    assert variance == pytest.approx(0.03125)


def test_auc_equals_that_of_scikit_learn() -> None:
    from sklearn.metrics import roc_auc_score

    rng = np.random.default_rng(0)
    positive, negative = rng.normal(0.5, size=80).round(1), rng.normal(size=60).round(1)

    expected = roc_auc_score([1] * 80 + [0] * 60, np.concatenate([positive, negative]))

    assert auc_and_variance(positive, negative)[0] == pytest.approx(expected)


def test_sets_that_lie_apart_are_told_every_time() -> None:
    synthetic, real = turned(*range(0, 30)), turned(*range(120, 150))

    found = realism_auc(synthetic, real, seed=0)

    assert (found.auc, found.low, found.high) == (1, 1, 1)


def test_halves_of_one_set_cannot_be_told_apart() -> None:
    rows = unit_vectors(600, dimensions=8)

    found = realism_auc(rows[:300], rows[300:], seed=0)

    assert found.low < 0.5 < found.high
    assert found.high - found.low < 0.15


def test_the_same_seed_gives_the_same_numbers() -> None:
    rows = unit_vectors(60, dimensions=8)

    assert realism_auc(rows[:30], rows[30:], seed=3) == realism_auc(rows[:30], rows[30:], seed=3)


@pytest.mark.parametrize("n", [0, 1, 4])
def test_too_few_texts_for_five_folds_have_no_auc(n: int) -> None:
    found = realism_auc(unit_vectors(n), unit_vectors(10), seed=0)

    assert math.isnan(found.auc)
    assert math.isnan(found.low)


def test_a_large_side_is_drawn_down(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 20)
    synthetic, real = turned(*range(0, 60)), turned(*range(120, 180))

    assert realism_auc(synthetic, real, seed=0).auc == 1
