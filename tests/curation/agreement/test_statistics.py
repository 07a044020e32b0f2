"""Agreement statistics against cases countable by hand, crowd-kit, and shuffled rows."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curation.agreement import (
    agreement_share,
    alpha_interval,
    nominal_alpha,
    vote_counts,
    vote_entropy,
)
from curation.agreement.counts import Counts

tables = st.lists(
    st.lists(st.integers(0, 6), min_size=3, max_size=3).filter(sum), min_size=2, max_size=12
).map(np.array)


def test_alpha_of_krippendorffs_own_example_is_0_743() -> None:
    # Krippendorff 2011, four observers and twelve units, nominal: α = 0.743
    units = [
        [1, 1, 1], [2, 2, 3, 2], [3, 3, 3, 3], [3, 3, 3, 3], [2, 2, 2, 2], [1, 2, 3, 4],
        [4, 4, 4, 4], [1, 1, 2, 1], [2, 2, 2, 2], [5, 5, 5], [1, 1], [3],
    ]  # fmt: skip
    counts = np.array([[unit.count(value) for value in range(1, 6)] for unit in units])

    assert nominal_alpha(counts) == pytest.approx(0.743, abs=0.0005)


@given(tables)
@settings(max_examples=60, deadline=None)
def test_alpha_and_entropy_equal_crowd_kits(counts: Counts) -> None:
    from crowdkit.metrics.data import alpha_krippendorff, uncertainty

    pairable = counts[counts.sum(axis=1) >= 2]
    if math.isnan(nominal_alpha(counts)):
        return
    frame = as_frame(pairable)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = alpha_krippendorff(frame)
        entropies = uncertainty(frame, compute_by="task", aggregate=False)

    assert nominal_alpha(counts) == pytest.approx(theirs, abs=1e-9)
    ours = vote_entropy(pairable) * math.log(counts.shape[1])
    assert ours.tolist() == pytest.approx(entropies.sort_index().tolist(), abs=1e-9)


@given(tables, st.randoms())
@settings(max_examples=50, deadline=None)
def test_statistics_do_not_depend_on_the_order_of_tasks(counts: Counts, random: object) -> None:
    order = np.arange(len(counts))
    random.shuffle(order)  # type: ignore[attr-defined]

    shuffled = counts[order]

    assert nominal_alpha(shuffled) == pytest.approx(nominal_alpha(counts), nan_ok=True)
    first, second = (alpha_interval(rows, resamples=20) for rows in (shuffled, counts))
    assert (first.low, first.high) == pytest.approx((second.low, second.high), nan_ok=True)


def test_alpha_is_undefined_when_everybody_names_one_label() -> None:
    assert math.isnan(nominal_alpha(np.array([[3, 0], [4, 0]])))


def test_alpha_is_undefined_when_nobody_shares_a_task() -> None:
    assert math.isnan(nominal_alpha(np.array([[1, 0], [0, 1]])))


def test_alpha_and_share_of_nothing_are_undefined_and_empty() -> None:
    nothing = vote_counts(np.array([], dtype=int), np.array([], dtype=int), n_tasks=0, n_labels=2)

    assert math.isnan(nominal_alpha(nothing))
    assert agreement_share(nothing).shape == (0,)


def test_the_interval_holds_alpha_and_narrows_with_more_tasks() -> None:
    few = np.array([[5, 0], [0, 5], [3, 2], [2, 3], [4, 1]] * 4)
    many = np.repeat(few, 25, axis=0)

    narrow, wide = alpha_interval(many), alpha_interval(few)

    assert narrow.low < nominal_alpha(many) < narrow.high
    assert narrow.high - narrow.low < wide.high - wide.low


def as_frame(counts: Counts) -> pd.DataFrame:
    rows = [
        (task, worker, label)
        for task, row in enumerate(counts)
        for worker, label in enumerate(np.repeat(np.arange(len(row)), row))
    ]
    return pd.DataFrame(rows, columns=["task", "worker", "label"])
