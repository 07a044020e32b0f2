from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import f1_score

from training.evaluation.scores import score


def test_scores_are_those_counted_by_hand() -> None:
    gold, predicted = np.array([0, 0, 0, 1]), np.array([0, 0, 1, 1])

    scores = score(gold, predicted, n_labels=2)

    assert scores.accuracy == 0.75
    assert [label.f1 for label in scores.labels] == pytest.approx([4 / 5, 2 / 3])
    assert scores.macro_f1 == pytest.approx((4 / 5 + 2 / 3) / 2)
    assert [label.support for label in scores.labels] == [3, 1]


def test_a_label_never_predicted_scores_0_and_counts() -> None:
    gold, predicted = np.array([0, 1]), np.array([0, 0])

    scores = score(gold, predicted, n_labels=2)

    assert scores.labels[1].precision == scores.labels[1].f1 == 0.0
    assert scores.macro_f1 == pytest.approx((2 / 3) / 2)


def test_a_label_that_occurs_nowhere_is_left_out_of_the_mean() -> None:
    gold = np.array([0, 1])

    scores = score(gold, gold, n_labels=3)

    assert scores.macro_f1 == 1.0


def test_macro_f1_is_that_of_scikit_learn() -> None:
    rng = np.random.default_rng(3)
    gold, predicted = rng.integers(4, size=200), rng.integers(4, size=200)

    scores = score(gold, predicted, n_labels=4)

    assert scores.macro_f1 == pytest.approx(f1_score(gold, predicted, average="macro"))


def test_scores_as_json_name_the_labels() -> None:
    gold = np.array([0, 1])

    values = score(gold, gold, n_labels=2).as_json(["joke", "news"])

    assert values["labels"]["news"] == {"precision": 1.0, "recall": 1.0, "f1": 1.0, "support": 1}
    assert values["confusion"] == [[1, 0], [0, 1]]
