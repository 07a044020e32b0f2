"""The parts of a forecast: α's width by formula, the prior, the votes to come."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from curation.agreement import alpha_interval, nominal_alpha
from curation.agreement.counts import Counts
from curation.designing.futures import Grid, is_kept, play_futures, votes_after
from curation.designing.precision import alpha_precision
from curation.designing.prior import PRIORS, Floats, SharePrior

Fit = Callable[[Counts, Floats], SharePrior]


@pytest.mark.parametrize(("n", "votes", "n_labels"), [(60, 3, 2), (200, 5, 3), (500, 2, 5)])
def test_alpha_is_the_same_and_its_width_close_to_the_bootstraps(
    n: int, votes: int, n_labels: int
) -> None:
    rng = np.random.default_rng(n)
    counts = rng.multinomial(votes, rng.dirichlet([0.5] * n_labels, size=n))

    precision, bootstrap = alpha_precision(counts), alpha_interval(counts)

    assert precision.alpha == pytest.approx(nominal_alpha(counts), abs=1e-12)
    half_width = (bootstrap.high - bootstrap.low) / 2
    assert precision.half_width == pytest.approx(half_width, rel=0.1)


def test_alpha_of_one_label_has_no_width() -> None:
    precision = alpha_precision(np.array([[3, 0], [3, 0]]))

    assert math.isnan(precision.alpha)
    assert math.isnan(precision.half_width)


@pytest.mark.parametrize("fit", PRIORS)
def test_a_prior_gives_back_how_often_votes_agree(fit: Fit) -> None:
    rng = np.random.default_rng(1)
    counts = rng.multinomial(3, rng.dirichlet([0.8, 0.4, 0.3], size=2_000))
    kinds, times = np.unique(counts, axis=0, return_counts=True)

    prior = fit(kinds, times.astype(float))

    again = rng.multinomial(3, prior.draw(20_000, rng=rng))
    for how_many in (2, 3):
        before, after = (counts.max(axis=1) == how_many), (again.max(axis=1) == how_many)
        assert after.mean() == pytest.approx(before.mean(), abs=0.03)
    assert again.sum(axis=0) / again.sum() == pytest.approx(counts.sum(axis=0) / 6_000, abs=0.02)


@pytest.mark.parametrize("fit", PRIORS)
def test_a_label_nobody_chose_stays_possible_and_rare(fit: Fit) -> None:
    prior = fit(np.array([[3, 0, 0], [0, 3, 0]]), np.array([25.0, 25.0]))

    shares = prior.draw(5_000, rng=np.random.default_rng(0)).mean(axis=0)

    assert 0 < shares[2] < 0.05


def test_later_votes_come_on_top_of_earlier_ones() -> None:
    shares = np.array([[0.5, 0.5]] * 100)

    after = votes_after(shares, [2, 3, 10], rng=np.random.default_rng(0))

    assert [int(after[size].sum()) for size in (2, 3, 10)] == [200, 300, 1_000]
    assert ((after[3] - after[2]) >= 0).all()


def test_few_votes_seem_more_agreed_than_they_are() -> None:
    pilot = np.array([[3, 0]] * 20 + [[0, 3]] * 10 + [[2, 1]] * 20 + [[1, 2]] * 10)
    grid = Grid(examples=(1_000,), votes=(2, 10))

    futures = play_futures(pilot, gamma=0.8, grid=grid, studies=10, seed=0)

    two, ten = futures.kept.mean(axis=0)[0]
    assert two > ten
    wrong = (futures.wrongly_kept + futures.wrongly_dropped).mean(axis=0)[0]
    assert wrong[0] > wrong[1]


def test_after_the_votes_that_decide_nothing_is_wrong() -> None:
    pilot = np.array([[3, 0]] * 20 + [[2, 1]] * 20)
    grid = Grid(examples=(200,), votes=(3, 7))

    futures = play_futures(pilot, gamma=0.8, grid=grid, studies=4, seed=0, many=7)

    assert futures.wrongly_kept[:, 0, 1].max() == futures.wrongly_dropped[:, 0, 1].max() == 0
    assert futures.wrongly_kept[:, 0, 0].min() > 0


def test_four_of_five_reach_a_threshold_of_0_8() -> None:
    assert is_kept(np.array([[4, 1], [7, 3], [8, 2]]), 0.8).tolist() == [True, False, True]
