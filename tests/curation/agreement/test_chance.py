"""Statistics corrected for chance: countable cases, and the packages others use."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import krippendorff
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.overlap.votes import all_counts, read
from curation.agreement import nominal_alpha
from curation.agreement.bootstrap import intervals
from curation.agreement.chance import fleiss_kappa, gwet_ac1
from curation.agreement.counts import Counts
from curation.agreement.formulas import NOMINAL_ALPHA, ORDINAL_ALPHA, Floats, evaluated, pairable
from curation.agreement.krippendorff import ordinal_alpha
from curation.agreement.statistics import FORMULAS
from tests.curation.agreement.test_statistics import as_frame

tables = st.lists(st.lists(st.integers(0, 5), min_size=3, max_size=3), min_size=1, max_size=10).map(
    np.array
)
SETS = (
    "convabuse", "hate_g1", "hate_g2", "hate_g3", "movie_polarity", "multipico_en",
    "popquorn_offensiveness", "product_match", "snow_rte", "vldb_sentiment", "weather_sentiment",
)  # fmt: skip


@pytest.mark.parametrize("name", SETS)
def test_alphas_of_real_votes_equal_the_krippendorff_packages_and_crowd_kits(
    shared_data: Path, name: str
) -> None:
    from crowdkit.metrics.data import alpha_krippendorff

    counts = all_counts(read(shared_data / "crowd" / name))
    rows = counts[counts.sum(axis=1) >= 2]

    ordinal = krippendorff.alpha(value_counts=rows, level_of_measurement="ordinal")
    nominal = krippendorff.alpha(value_counts=rows, level_of_measurement="nominal")
    assert ordinal_alpha(counts) == pytest.approx(ordinal, abs=1e-9)
    assert nominal_alpha(counts) == pytest.approx(nominal, abs=1e-9)
    assert nominal_alpha(counts) == pytest.approx(alpha_krippendorff(as_frame(rows)), abs=1e-9)


def test_fleiss_kappa_of_his_own_kind_of_table() -> None:
    # fourteen raters, ten subjects, five categories: the table in common use, κ = 0.210
    counts = np.array(
        [
            [0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0],
            [2, 2, 8, 1, 1], [7, 7, 0, 0, 0], [3, 2, 6, 3, 0], [2, 5, 3, 2, 2],
            [6, 5, 2, 1, 0], [0, 2, 2, 3, 7],
        ]
    )  # fmt: skip

    assert fleiss_kappa(counts) == pytest.approx(0.210, abs=0.0005)


def test_skewed_labels_lower_kappa_and_not_ac1() -> None:
    # 96 of 100 pairs agree; votes: 194 a, 6 b
    counts = np.array([[2, 0]] * 95 + [[1, 1]] * 4 + [[0, 2]])

    chance = 0.97**2 + 0.03**2
    assert fleiss_kappa(counts) == pytest.approx((0.96 - chance) / (1 - chance))
    assert gwet_ac1(counts) == pytest.approx((0.96 - 2 * 0.97 * 0.03) / (1 - 2 * 0.97 * 0.03))


def test_ordinal_alpha_of_two_labels_is_the_nominal_one() -> None:
    counts = np.array([[3, 1], [0, 4], [2, 2], [4, 1]])

    assert ordinal_alpha(counts) == pytest.approx(nominal_alpha(counts))


def test_ordinal_alpha_turned_around_is_the_same() -> None:
    counts = np.array([[3, 1, 0], [0, 4, 1], [2, 2, 2], [0, 0, 5]])

    assert ordinal_alpha(counts) == pytest.approx(ordinal_alpha(counts[:, ::-1]))


@given(tables)
@settings(max_examples=40, deadline=None)
def test_the_sums_give_the_nominal_alpha(counts: Counts) -> None:
    assert evaluated(NOMINAL_ALPHA, counts) == pytest.approx(nominal_alpha(counts), nan_ok=True)


@given(tables)
@settings(max_examples=40, deadline=None)
def test_a_statistic_is_worked_out_of_the_distinct_rows_only(counts: Counts) -> None:
    asked: list[list[int]] = []

    def parts(rows: Counts) -> Floats:
        asked.extend(rows.tolist())
        return ORDINAL_ALPHA.parts(rows)

    found = evaluated(replace(ORDINAL_ALPHA, parts=parts), np.tile(counts, (50, 1)))

    every = ORDINAL_ALPHA.parts(np.tile(pairable(counts), (50, 1))).sum(axis=0)
    assert found == pytest.approx(float(ORDINAL_ALPHA.value(every)), nan_ok=True)
    assert sorted(asked) == np.unique(pairable(counts), axis=0).tolist()


@given(tables)
@settings(max_examples=20, deadline=None)
def test_no_statistic_depends_on_the_order_of_examples(counts: Counts) -> None:
    order = np.argsort(counts @ [7, 3, 11], kind="stable")[::-1]

    before = [evaluated(formula, counts) for formula in FORMULAS.values()]
    after = [evaluated(formula, counts[order]) for formula in FORMULAS.values()]

    assert after == pytest.approx(before, nan_ok=True)
    assert str(intervals(counts[order], FORMULAS, resamples=20)) == str(
        intervals(counts, FORMULAS, resamples=20)
    )


@pytest.mark.parametrize(
    "counts", [np.zeros((0, 2), dtype=np.int64), np.eye(2, dtype=np.int64)], ids=["none", "single"]
)
def test_without_two_votes_on_an_example_nothing_is_defined(counts: Counts) -> None:
    found = [evaluated(formula, counts) for formula in FORMULAS.values()]

    assert all(math.isnan(value) for value in found)
    assert all(math.isnan(one.low) for one in intervals(counts, FORMULAS).values())


def test_votes_for_one_label_only_leave_all_but_ac1_undefined() -> None:
    counts = np.array([[3, 0], [2, 0]])

    assert math.isnan(fleiss_kappa(counts))
    assert math.isnan(ordinal_alpha(counts))
    assert gwet_ac1(counts) == 1.0
    assert math.isnan(gwet_ac1(np.array([[3], [2]])))


def test_intervals_hold_the_statistic_and_shrink_with_more_examples() -> None:
    few = np.array([[4, 1], [3, 2], [5, 0], [1, 4], [0, 5], [2, 3]] * 5)

    wide, narrow = (intervals(np.tile(few, (times, 1)), FORMULAS) for times in (1, 16))

    for name, formula in FORMULAS.items():
        value = evaluated(formula, few)
        assert wide[name].low < value < wide[name].high
        reach = narrow[name].high - narrow[name].low
        assert reach == pytest.approx((wide[name].high - wide[name].low) / 4, rel=0.25)
