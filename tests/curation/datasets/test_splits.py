"""Train, validation and test parts of what is kept."""

from __future__ import annotations

import random
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curation.datasets.splits import SplitError, SplitPlan, assign_splits, whole_parts

PLAN = SplitPlan(train=0.8, validation=0.1, test=0.1)


def split(labels: list[int], groups: list[int] | None = None, plan: SplitPlan = PLAN) -> list[str]:
    n = len(labels)
    own = np.arange(n) if groups is None else np.array(groups)
    ids = [f"e{row}" for row in range(n)]
    return assign_splits(ids, np.array(labels, dtype=np.int64), own, plan).tolist()


def test_each_label_is_split_by_the_same_shares() -> None:
    labels = [0] * 50 + [1] * 10

    parts = split(labels)

    assert Counter(parts[:50]) == {"train": 40, "validation": 5, "test": 5}
    assert Counter(parts[50:]) == {"train": 8, "validation": 1, "test": 1}


def test_another_seed_draws_other_examples() -> None:
    labels = [0] * 40

    assert split(labels) == split(labels)
    assert split(labels) != split(
        labels, plan=SplitPlan(train=0.8, validation=0.1, test=0.1, seed=1)
    )


def test_a_group_is_never_separated() -> None:
    groups = [row // 4 for row in range(80)]

    parts = split([0] * 80, groups)

    assert all(len(set(parts[start : start + 4])) == 1 for start in range(0, 80, 4))
    assert Counter(parts) == {"train": 64, "validation": 8, "test": 8}


def test_a_group_of_two_labels_stays_together_and_single_examples_make_up_for_it() -> None:
    labels = [0, 1] * 20
    groups = [0, 0, *range(1, 39)]

    parts = split(labels, groups)

    assert parts[0] == parts[1]
    assert Counter(parts) == {"train": 32, "validation": 4, "test": 4}


def test_one_group_of_everything_is_trained_on() -> None:
    assert set(split([0, 0, 1, 1], [0, 0, 0, 0])) == {"train"}


@pytest.mark.parametrize(("n", "expected"), [(0, {}), (1, {"train": 1}), (2, {"train": 2})])
def test_a_label_with_hardly_any_example_is_trained_on(n: int, expected: dict[str, int]) -> None:
    assert Counter(split([0] * n)) == expected


@given(
    st.lists(st.tuples(st.integers(0, 2), st.integers(0, 5)), min_size=1, max_size=40),
    st.randoms(),
)
@settings(max_examples=40, deadline=None)
def test_the_split_does_not_depend_on_the_order_of_rows(
    rows: list[tuple[int, int]], shuffling: random.Random
) -> None:
    ids = [f"e{number}" for number in range(len(rows))]
    order = list(range(len(rows)))
    shuffling.shuffle(order)
    labels, groups = (np.array(column) for column in zip(*rows, strict=True))

    first = dict(zip(ids, assign_splits(ids, labels, groups, PLAN), strict=True))
    shuffled = [ids[row] for row in order]
    second = assign_splits(shuffled, labels[order], groups[order] * 7 % 11, PLAN)

    assert first == dict(zip(shuffled, second, strict=True))


@given(st.lists(st.integers(0, 50), min_size=1, max_size=6), st.integers(0, 200))
def test_whole_parts_add_up_and_are_off_by_less_than_one(weights: list[int], n: int) -> None:
    weights[0] += 1

    parts = whole_parts(weights, n)

    assert parts.sum() == n
    assert (np.abs(parts - np.array(weights) * n / sum(weights)) < 1 + 1e-6).all()


@pytest.mark.parametrize(
    ("shares", "sentence"),
    [
        ((0.8, 0.1, 0.2), "add up to 1.1, but"),
        ((1.2, 0.0, 0.0), "The train share is 1.2, but it must be from 0 to 1"),
        ((0.9, -0.1, 0.2), "The validation share is -0.1"),
        ((0.0, 0.5, 0.5), "nothing to train on"),
        ((float("nan"), 0.5, 0.5), "The train share is nan"),
    ],
)
def test_shares_that_cannot_be_meant_are_refused(
    shares: tuple[float, float, float], sentence: str
) -> None:
    train, validation, test = shares

    with pytest.raises(SplitError, match=sentence):
        SplitPlan(train=train, validation=validation, test=test)


@pytest.mark.parametrize("text", ["", "0.8", "0.8,0.2", "a,b,c", "0.8;0.1;0.1"])
def test_what_is_not_three_shares_is_refused(text: str) -> None:
    with pytest.raises(SplitError, match="are not three shares"):
        SplitPlan.from_text(text)


def test_a_plan_comes_back_from_what_is_stored() -> None:
    assert SplitPlan.from_json(PLAN.as_json()) == PLAN
    assert SplitPlan.from_json({}) is None
