"""How much each test row moves a score: what the variance of the score is made of."""

from __future__ import annotations

import numpy as np

from training.evaluation.scores import Codes, Floats, confusion, f1_per_label


def macro_f1_influence(gold: Codes, predicted: Codes, *, n_labels: int) -> Floats:
    """First-order change of macro-F1 when a row counts a little more, times N; sums to 0.

    The mean of the squares over N − 1, divided by N, estimates the variance of macro-F1 over test
    rows (the infinitesimal jackknife). The number of labels that occur is taken as given.

    Args:
        gold, predicted: (N,) int in [0, K), N ≥ 1.

    Returns:
        (N,) float.

    Both labels have F1 2/3 or 0.8; the wrong row pulls both down:

    >>> gold, predicted = np.array([0, 0, 1, 1]), np.array([0, 1, 1, 1])
    >>> macro_f1_influence(gold, predicted, n_labels=2).round(2).tolist()
    [0.44, -0.76, 0.16, 0.16]
    """
    table = confusion(gold, predicted, n_labels=n_labels)
    right, has, says = np.diag(table), table.sum(axis=1), table.sum(axis=0)
    either = (has + says).astype(np.float64)
    f1 = f1_per_label(right, has, says)
    share = np.divide(1.0, either, out=np.zeros(n_labels), where=either > 0)
    hit = np.where(gold == predicted, 2 * share[gold], 0.0)
    miss = (f1 * share)[gold] + (f1 * share)[predicted]
    return np.asarray((hit - miss) * len(gold) / max(int((either > 0).sum()), 1))
