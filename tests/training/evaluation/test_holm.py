from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.evaluation.holm import holm

SHARES = st.lists(st.floats(0, 1), min_size=1, max_size=12)


def test_four_comparisons_as_counted_by_hand() -> None:
    # 4 · 0.005, 3 · 0.01, then 2 · 0.03 = 0.06 and 1 · 0.04, lifted to 0.06
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])


def test_one_comparison_stays_as_it_is() -> None:
    assert holm([0.04]) == [0.04]
    assert holm([]) == []


def test_nothing_exceeds_one() -> None:
    assert holm([0.5, 0.9, 0.6]) == [1.0, 1.0, 1.0]


def test_equal_p_values_come_out_equal() -> None:
    assert holm([0.01, 0.5, 0.01]) == pytest.approx([0.03, 0.5, 0.03])


@settings(max_examples=30, deadline=None)
@given(p_values=SHARES)
def test_the_order_of_the_comparisons_does_not_matter(p_values: list[float]) -> None:
    assert holm(p_values[::-1]) == holm(p_values)[::-1]


@settings(max_examples=30, deadline=None)
@given(p_values=SHARES)
def test_a_corrected_p_value_is_never_smaller(p_values: list[float]) -> None:
    assert all(after >= before for before, after in zip(p_values, holm(p_values), strict=True))
