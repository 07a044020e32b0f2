from __future__ import annotations

import numpy as np
import pytest

from training.evaluation.intervals import estimate
from training.evaluation.label_scores import label_estimates


def test_label_scores_are_those_counted_by_hand() -> None:
    gold = np.array([0, 0, 1, 1])
    predicted = np.array([[0, 1, 1, 1], [0, 0, 1, 1]])

    joke, news = label_estimates(gold, predicted, n_labels=2)

    assert joke.f1.mean == pytest.approx((2 / 3 + 1) / 2)
    assert news.f1.mean == pytest.approx((0.8 + 1) / 2)
    assert (joke.recall, joke.precision, joke.support) == (0.75, 1.0, 2)


def test_a_label_that_nobody_has_or_names_scores_zero() -> None:
    found = label_estimates(np.array([0, 1]), np.array([[0, 1]]), n_labels=3)

    assert (found[2].f1.mean, found[2].f1.high, found[2].support) == (0, 0, 0)


def test_the_mean_over_labels_is_macro_f1() -> None:
    rng = np.random.default_rng(0)
    gold = rng.integers(3, size=60)
    predicted = rng.integers(3, size=(2, 60))

    labels = label_estimates(gold, predicted, n_labels=3, resamples=50)

    whole = estimate(gold, predicted, n_labels=3, resamples=50).macro_f1
    assert np.mean([one.f1.mean for one in labels]) == pytest.approx(whole.mean)
