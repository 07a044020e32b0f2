from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from training.evaluation.quartiles import quartiles


def test_eight_rows_fall_into_pairs() -> None:
    values = np.array([8.0, 1.0, 7.0, 2.0, 6.0, 3.0, 5.0, 4.0])

    parts = quartiles(values)

    assert [(part.low, part.high) for part in parts] == [(1, 2), (3, 4), (5, 6), (7, 8)]
    assert parts[0].rows.tolist() == [1, 3]


def test_equal_values_are_never_parted() -> None:
    agreement = np.array([0.6, 0.8, 0.8, 1.0, 1.0, 1.0, 1.0, 1.0])

    parts = quartiles(agreement)

    assert [(part.low, part.high, len(part.rows)) for part in parts] == [
        (0.6, 0.6, 1),
        (0.8, 0.8, 2),
        (1.0, 1.0, 5),
    ]


def test_values_that_are_all_equal_are_one_part() -> None:
    assert [len(part.rows) for part in quartiles(np.full(7, 0.8))] == [7]


def test_without_values_there_are_no_parts() -> None:
    assert quartiles(np.array([])) == []
    assert quartiles(np.array([np.nan, np.nan])) == []


@settings(max_examples=30, deadline=None)
@given(
    values=st.lists(st.sampled_from([0.2, 0.4, 0.6, 0.8, 1.0]), min_size=1, max_size=30),
    seed=st.integers(0, 99),
)
def test_the_order_of_the_rows_does_not_matter(values: list[float], seed: int) -> None:
    order = np.random.default_rng(seed).permutation(len(values))
    plain, mixed = quartiles(np.array(values)), quartiles(np.array(values)[order])

    found = [set(order[part.rows].tolist()) for part in mixed]
    assert found == [set(part.rows.tolist()) for part in plain]
