from __future__ import annotations

import numpy as np
import pytest

from training.evaluation import resampling
from training.evaluation.intervals import estimate
from training.evaluation.resampling import resample, row_weights
from training.evaluation.scores import Codes, score

GOLD = np.array([0, 1] * 100)


def noisy(share_wrong: float, *, seed: int) -> Codes:
    wrong = np.random.default_rng(seed).random(len(GOLD)) < share_wrong
    return np.where(wrong, 1 - GOLD, GOLD)


def test_interval_holds_its_mean() -> None:
    predicted = np.stack([noisy(0.2, seed=1), noisy(0.3, seed=2)])

    accuracy = estimate(GOLD, predicted, n_labels=2).accuracy

    assert accuracy.mean == pytest.approx((predicted == GOLD).mean())
    assert accuracy.low < accuracy.mean < accuracy.high


def test_interval_of_one_seed_is_about_the_binomial_one() -> None:
    predicted = noisy(0.3, seed=1)[None, :]

    accuracy = estimate(GOLD, predicted, n_labels=2).accuracy

    half = 1.96 * np.sqrt(accuracy.mean * (1 - accuracy.mean) / len(GOLD))
    assert accuracy.high - accuracy.low == pytest.approx(2 * half, rel=0.1)


def test_interval_is_wider_when_seeds_differ() -> None:
    alike = np.stack([noisy(0.25, seed=1), noisy(0.25, seed=1)])
    apart = np.stack([noisy(0.1, seed=1), noisy(0.4, seed=2)])

    narrow, wide = (estimate(GOLD, one, n_labels=2).macro_f1 for one in (alike, apart))

    assert narrow.std == 0.0 < wide.std
    assert wide.high - wide.low > 1.5 * (narrow.high - narrow.low)


def test_same_seed_gives_the_same_interval() -> None:
    predicted = noisy(0.3, seed=1)[None, :]

    assert estimate(GOLD, predicted, n_labels=2) == estimate(GOLD, predicted, n_labels=2)
    assert estimate(GOLD, predicted, n_labels=2) != estimate(GOLD, predicted, n_labels=2, seed=1)


def test_resampled_scores_are_the_scores_of_the_rows_drawn() -> None:
    predicted = noisy(0.3, seed=1)
    (weights,) = row_weights(len(GOLD), resamples=3, seed=5)

    drawn = resample(GOLD, predicted[None, :], n_labels=2, resamples=3, seed=5)

    for at, counts in enumerate(weights.astype(int)):
        scores = score(GOLD.repeat(counts), predicted.repeat(counts), n_labels=2)
        assert drawn.macro_f1[at, 0] == pytest.approx(scores.macro_f1)
        assert drawn.accuracy[at, 0] == pytest.approx(scores.accuracy)


def test_a_large_test_set_is_resampled_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resampling, "BLOCK_CELLS", 3 * len(GOLD))

    blocks = [len(block) for block in row_weights(len(GOLD), resamples=7, seed=0)]

    assert blocks == [3, 3, 1]


def test_label_scores_are_those_counted_by_hand() -> None:
    gold = np.array([0, 0, 1, 1])
    predicted = np.array([[0, 1, 1, 1], [0, 0, 1, 1]])

    joke, news = estimate(gold, predicted, n_labels=2).labels

    assert joke.f1.mean == pytest.approx((2 / 3 + 1) / 2)
    assert news.f1.mean == pytest.approx((0.8 + 1) / 2)
    assert (joke.recall, joke.precision, joke.support) == (0.75, 1.0, 2)


def test_a_label_that_nobody_has_or_names_scores_zero() -> None:
    found = estimate(np.array([0, 1]), np.array([[0, 1]]), n_labels=3).labels

    assert (found[2].f1.mean, found[2].f1.high, found[2].support) == (0, 0, 0)


def test_the_mean_over_labels_is_macro_f1() -> None:
    rng = np.random.default_rng(0)
    gold = rng.integers(3, size=60)
    predicted = rng.integers(3, size=(2, 60))

    found = estimate(gold, predicted, n_labels=3, resamples=50)

    assert np.mean([one.f1.mean for one in found.labels]) == pytest.approx(found.macro_f1.mean)
