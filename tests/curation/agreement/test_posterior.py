"""The posterior of agreement: countable cases, shuffled rows, and calibration on drawn votes."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curation.agreement.counts import Counts
from curation.agreement.posterior import fit_agreement

tables = st.lists(st.lists(st.integers(0, 4), min_size=3, max_size=3), min_size=1, max_size=8).map(
    np.array
)


@given(tables, st.randoms())
@settings(max_examples=20, deadline=None)
def test_an_examples_posterior_does_not_depend_on_the_order_of_examples(
    counts: Counts, random: Random
) -> None:
    order = random.sample(range(len(counts)), len(counts))

    straight, shuffled = fit_agreement(counts), fit_agreement(counts[order])

    assert shuffled.mean.tolist() == straight.mean[order].tolist()
    assert shuffled.low.tolist() == straight.low[order].tolist()
    assert shuffled.reaches(0.8).tolist() == straight.reaches(0.8)[order].tolist()


@given(tables)
@settings(max_examples=20, deadline=None)
def test_agreement_lies_between_an_even_split_and_one(counts: Counts) -> None:
    found = fit_agreement(counts)

    assert (found.low >= 1 / 3 - 1e-9).all()
    assert (found.high <= 1).all()
    assert ((found.low <= found.mean) & (found.mean <= found.high)).all()


def test_few_votes_are_believed_less_than_many() -> None:
    found = fit_agreement(np.array([[3, 0], [30, 0]] + [[2, 1], [3, 2]] * 20))

    assert found.mean[0] < found.mean[1]
    assert found.high[0] - found.low[0] > found.high[1] - found.low[1]


def test_reaching_takes_one_threshold_for_all_or_one_for_each() -> None:
    found = fit_agreement(np.array([[4, 1], [3, 2], [5, 0]]))

    one_each = found.reaches(np.full(3, 0.8))

    assert one_each.tolist() == pytest.approx(found.reaches(0.8).tolist(), abs=1e-9)
    assert found.reaches(1 / 2).tolist() == [1, 1, 1]


def test_a_share_that_is_already_seen_in_full_is_not_predicted_but_told() -> None:
    told = fit_agreement(np.array([[4, 1], [3, 2]])).predicts(5)

    assert told.mean.tolist() == pytest.approx([0.8, 0.6])
    assert told.low.tolist() == told.high.tolist() == pytest.approx([0.8, 0.6])
    assert told.reaches(0.8).tolist() == [1, 0]


def test_predicted_agreement_takes_only_the_values_that_many_votes_allow() -> None:
    told = fit_agreement(np.array([[2, 1], [3, 0], [1, 2]])).predicts(4)

    assert set(np.unique(told.evidence.values)) <= {0.5, 0.75, 1.0}


@pytest.mark.parametrize(("n_labels", "concentration"), [(2, 1.0), (3, 0.5), (5, 0.4)])
def test_drawn_votes_are_covered_as_often_as_the_level_says(
    n_labels: int, concentration: float
) -> None:
    rng = np.random.default_rng(2)
    shares = rng.dirichlet(np.full(n_labels, concentration), size=4_000)
    counts, true = rng.multinomial(5, shares), shares.max(axis=1)

    found = fit_agreement(counts)

    covered = ((found.low <= true) & (true <= found.high)).mean()
    assert covered == pytest.approx(0.95, abs=0.03)
    raw = counts.max(axis=1) / 5
    assert abs(found.mean - true).mean() < abs(raw - true).mean()


def test_with_one_vote_each_nothing_is_learned_about_agreement() -> None:
    found = fit_agreement(np.array([[1, 0], [0, 1]] * 10))

    assert not found.fitted
    assert 0.6 < found.mean[0] < 0.9


def test_no_examples_no_votes_and_one_label_are_answered() -> None:
    nobody = fit_agreement(np.zeros((0, 2), dtype=np.int64))
    skipped = fit_agreement(np.zeros((3, 2), dtype=np.int64))
    one_label = fit_agreement(np.array([[3], [0]]))

    assert nobody.mean.tolist() == nobody.reaches(0.8).tolist() == []
    assert not skipped.fitted
    assert len(set(skipped.mean.tolist())) == 1
    assert one_label.mean.tolist() == one_label.predicts(4).mean.tolist() == [1, 1]


def test_labels_too_many_to_tell_apart_count_as_alike() -> None:
    counts = np.eye(300, dtype=np.int64) * 3

    found = fit_agreement(counts)

    assert found.evidence.prior.kind == "sorted"
    assert len(set(found.mean.tolist())) == 1


def test_whole_weights_are_votes() -> None:
    counts = np.array([[4, 1, 0], [3, 2, 0], [5, 0, 0], [0, 1, 3]])

    plain, weighted = fit_agreement(counts), fit_agreement(counts.astype(np.float64))

    assert weighted.mean == pytest.approx(plain.mean, abs=0.01)
    assert weighted.predicts(8).mean == pytest.approx(plain.predicts(8).mean, abs=0.01)


def test_weights_by_skill_find_the_agreement_of_those_who_do_not_guess() -> None:
    rng = np.random.default_rng(3)
    shares = rng.beta(4.0, 1.0, size=2_000)[:, None] * [1, -1] + [0, 1]
    reading = rng.multinomial(3, shares)
    guessing = rng.multinomial(2, np.full((2_000, 2), 0.5))
    true = shares.max(axis=1)

    plain = fit_agreement(reading + guessing)
    weighted = fit_agreement(reading + 0.0 * guessing)

    assert abs(weighted.mean - true).mean() < abs(plain.mean - true).mean()
    assert ((weighted.low <= true) & (true <= weighted.high)).mean() > 0.9
