from __future__ import annotations

import numpy as np

from training.evaluation.collapse import collapsed_label


def test_predictions_of_one_label_on_a_mixed_test_set_are_collapsed() -> None:
    gold = np.array([0] * 60 + [1] * 40)

    assert collapsed_label(gold, np.zeros(100, dtype=np.int64), n_labels=2) == 0


def test_predictions_are_not_collapsed_when_the_truth_is_as_one_sided() -> None:
    gold = np.array([0] * 97 + [1] * 3)

    assert collapsed_label(gold, np.zeros(100, dtype=np.int64), n_labels=2) is None


def test_collapse_begins_at_the_share_given() -> None:
    gold = np.array([0] * 50 + [1] * 50)
    predicted = np.array([1] * 95 + [0] * 5)

    assert collapsed_label(gold, predicted, n_labels=2) == 1
    assert collapsed_label(gold, predicted, n_labels=2, share=0.96) is None
