"""Numbers that can be counted by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.evaluation.calibration import (
    BINS,
    COLDEST,
    HOTTEST,
    brier_score,
    calibrate,
    fit_temperature,
    rescaled,
)
from training.evaluation.scores import Codes, Floats


def two_labels(p_first: list[float]) -> Floats:
    return np.array([[p, 1 - p] for p in p_first])


def drawn(n_rows: int, *, seed: int) -> tuple[Codes, Floats]:
    """Rows whose probabilities are exactly right."""
    rng = np.random.default_rng(seed)
    probs = rng.dirichlet([0.5, 0.5, 0.5], n_rows)
    return np.array([rng.choice(3, p=row) for row in probs]), probs


def test_the_error_is_the_gap_of_each_bin_weighted_by_its_rows() -> None:
    # 0.75 said four times, right once; 1.0 said twice, right twice
    probs = two_labels([0.75, 0.75, 0.75, 0.75, 1.0, 1.0])
    gold = np.array([0, 1, 1, 1, 0, 0])

    found = calibrate(gold, probs)

    assert found.ece == pytest.approx(4 / 6 * 0.5)
    assert [(one.confidence, one.accuracy, one.rows) for one in found.curve] == [
        (0.75, 0.25, 4),
        (1.0, 1.0, 2),
    ]
    assert found.low <= found.ece <= found.high


def test_the_brier_score_is_the_mean_squared_distance_from_the_truth() -> None:
    probs = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.5, 0.25, 0.25]])

    # right: 0; certain and wrong: 1 + 1; the third: 0.25 + 0.0625 + 0.0625
    assert brier_score(np.array([0, 0, 0]), probs) == pytest.approx((0 + 2 + 0.375) / 3)


def test_certain_and_right_has_no_error() -> None:
    found = calibrate(np.array([0, 1]), two_labels([1.0, 0.0]))

    assert (found.ece, found.low, found.high, found.by_chance, found.brier) == (0, 0, 0, 0, 0)


def test_one_row_is_one_bin() -> None:
    found = calibrate(np.array([1]), two_labels([0.75]))

    assert [one.rows for one in found.curve] == [1]
    assert found.ece == 0.75


def test_bins_have_equal_mass_where_no_two_rows_are_equally_confident() -> None:
    probs = two_labels((0.5 + np.arange(30) / 100).tolist())

    found = calibrate(np.zeros(30, dtype=np.int64), probs)

    assert [one.rows for one in found.curve] == [2] * BINS


def test_exact_confidences_have_about_the_error_that_chance_gives_them() -> None:
    found = calibrate(*drawn(2000, seed=0))

    assert found.ece == pytest.approx(found.by_chance, abs=0.02)
    assert found.by_chance < calibrate(*drawn(200, seed=0)).by_chance  # fewer rows, more chance


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 1000))
def test_nothing_depends_on_the_order_of_rows(seed: int) -> None:
    gold, probs = drawn(25, seed=seed)
    probs = probs.round(1) / probs.round(1).sum(axis=1, keepdims=True)  # with ties
    order = np.random.default_rng(seed).permutation(25)

    assert calibrate(gold[order], probs[order], resamples=20) == calibrate(
        gold, probs, resamples=20
    )
    assert fit_temperature(gold[order], probs[order]) == fit_temperature(gold, probs)


def test_the_temperature_takes_overconfidence_back() -> None:
    gold, probs = drawn(3000, seed=1)
    too_sure = rescaled(probs, 0.5)

    found = fit_temperature(gold, too_sure)

    assert found.value == pytest.approx(2.0, abs=0.1)
    assert calibrate(gold, rescaled(too_sure, found.value)).ece < calibrate(gold, too_sure).ece


@pytest.mark.parametrize(("gold", "end"), [(0, COLDEST), (1, HOTTEST)], ids=["right", "wrong"])
def test_rows_that_are_all_right_or_all_wrong_pull_it_to_an_end(gold: int, end: float) -> None:
    assert fit_temperature(np.array([gold] * 3), two_labels([0.9, 0.8, 0.7])).value == end


def test_probabilities_that_say_nothing_have_any_temperature() -> None:
    found = fit_temperature(np.array([0, 1]), two_labels([0.5, 0.5]))

    assert COLDEST <= found.value <= HOTTEST
    assert rescaled(two_labels([0.5]), found.value).tolist() == [[0.5, 0.5]]


def test_a_label_that_was_never_learned_stays_impossible() -> None:
    scaled = rescaled(np.array([[0.6, 0.4, 0.0]]), HOTTEST)

    assert scaled[0, 2] == 0
    assert np.isfinite(fit_temperature(np.array([2]), np.array([[0.6, 0.4, 0.0]])).value)
