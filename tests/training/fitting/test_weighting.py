"""Weights by hand: ratios, ranges, effective rows."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.fitting.weighting import (
    Floats,
    balanced_class_weights,
    clipped,
    effective_sample_size,
    importance_weights,
    normalised,
    summary_of,
)

weights = st.lists(st.floats(0, 1e300, allow_subnormal=False), min_size=1, max_size=6).map(np.array)


def test_importance_weights_are_the_ratio_to_the_power_of_the_exponent() -> None:
    quality, diversity = np.array([0.9, 0.2, 0.5]), np.array([0.6, 0.8, 0.5])

    # 0.9 / 0.6 = 1.5, 0.2 / 0.8 = 0.25, 0.5 / 0.5 = 1; squared 2.25, 0.0625, 1
    assert importance_weights(quality, diversity, exponent=1) == pytest.approx([1.5, 0.25, 1])
    assert importance_weights(quality, diversity, exponent=2) == pytest.approx([2.25, 0.0625, 1])


def test_an_exponent_of_zero_weighs_every_row_the_same() -> None:
    assert importance_weights(np.array([0.0, 0.7]), np.array([0.0, 0.1]), exponent=0).tolist() == [
        1.0,
        1.0,
    ]


def test_a_denominator_of_zero_gives_a_large_weight_and_no_infinite_one() -> None:
    assert importance_weights(np.array([0.5]), np.array([0.0]), exponent=1) == pytest.approx([5e11])


def test_weights_are_clipped_only_where_a_range_is_set() -> None:
    ratio = np.array([0.0, 0.5, 30.0])

    assert clipped(ratio, low=0.1, high=10).tolist() == [0.1, 0.5, 10.0]
    assert clipped(ratio, low=0, high=0).tolist() == [0.0, 0.5, 30.0]


def test_effective_rows_of_weights_1_2_3_are_36_over_14() -> None:
    # (1 + 2 + 3)² / (1 + 4 + 9)
    assert effective_sample_size(np.array([1.0, 2.0, 3.0])) == pytest.approx(36 / 14)


def test_weights_that_are_all_zero_leave_no_row_and_stay_zero() -> None:
    nothing = np.zeros(3)

    assert effective_sample_size(nothing) == 0
    assert normalised(nothing).tolist() == [0, 0, 0]
    assert summary_of(nothing).share == 0


@settings(max_examples=25)
@given(weights)
def test_effective_rows_are_between_one_and_all_and_do_not_mind_the_unit(
    values: Floats,
) -> None:
    effective = effective_sample_size(values)

    assert effective == 0 or 1 - 1e-9 <= effective <= len(values) + 1e-9
    assert effective_sample_size(values / 2) == pytest.approx(effective)


@settings(max_examples=25)
@given(weights, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(values: Floats, random: object) -> None:
    assert effective_sample_size(values[::-1]) == pytest.approx(effective_sample_size(values))


def test_balanced_weights_give_labels_the_same_sum_and_rows_a_mean_of_one() -> None:
    # 3 rows of one label, 1 of the other: 4 / (2 · 3) and 4 / (2 · 1)
    shares = np.array([[1.0, 0, 0], [1.0, 0, 0], [1.0, 0, 0], [0, 1.0, 0]])

    found = balanced_class_weights(shares)

    assert found == pytest.approx([4 / 6, 2, 0])  # the third label does not occur
    assert (shares * found).sum() == pytest.approx(4)


def test_balanced_weights_count_a_soft_row_for_both_its_labels() -> None:
    # 1.5 rows and 0.5 rows: 2 / (2 · 1.5) and 2 / (2 · 0.5)
    assert balanced_class_weights(np.array([[1.0, 0.0], [0.5, 0.5]])) == pytest.approx([2 / 3, 2])
