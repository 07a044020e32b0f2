"""Scores of one set of predictions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Codes = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class LabelScore:
    """How well one label is found."""

    precision: float  # in [0, 1]; 0 when the label was never predicted
    recall: float  # in [0, 1]; 0 when no row has the label
    f1: float
    support: int  # rows that have the label


@dataclass(frozen=True, kw_only=True)
class Scores:
    """How well one set of predictions agrees with the gold labels."""

    macro_f1: float  # in [0, 1]
    accuracy: float  # in [0, 1]
    labels: tuple[LabelScore, ...]  # K, in label order
    confusion: Codes  # (K, K) rows, gold down, predicted across

    def as_json(self, names: Sequence[str]) -> dict[str, Any]:
        """Plain values, labels under their names."""
        return {
            "macro_f1": self.macro_f1,
            "accuracy": self.accuracy,
            "labels": {
                name: {
                    "precision": label.precision,
                    "recall": label.recall,
                    "f1": label.f1,
                    "support": label.support,
                }
                for name, label in zip(names, self.labels, strict=True)
            },
            "confusion": self.confusion.tolist(),
        }


def score(gold: Codes, predicted: Codes, *, n_labels: int) -> Scores:
    """Scores of `predicted` against `gold`, both (N,) int in [0, K), N ≥ 1.

    >>> gold, predicted = np.array([0, 0, 1, 1]), np.array([0, 1, 1, 1])
    >>> scores = score(gold, predicted, n_labels=2)
    >>> scores.accuracy, scores.confusion.tolist()
    (0.75, [[1, 1], [0, 2]])
    """
    table = confusion(gold, predicted, n_labels=n_labels)
    right, has, says = np.diag(table), table.sum(axis=1), table.sum(axis=0)
    f1 = f1_per_label(right, has, says)
    labels = tuple(
        LabelScore(
            precision=float(right[code] / max(says[code], 1)),
            recall=float(right[code] / max(has[code], 1)),
            f1=float(f1[code]),
            support=int(has[code]),
        )
        for code in range(n_labels)
    )
    return Scores(
        macro_f1=float(macro_f1(right, has, says)),
        accuracy=float(right.sum() / len(gold)),
        labels=labels,
        confusion=table,
    )


def confusion(gold: Codes, predicted: Codes, *, n_labels: int) -> Codes:
    """(K, K) counts of rows: gold down, predicted across.

    >>> confusion(np.array([0, 0, 1]), np.array([0, 1, 1]), n_labels=2).tolist()
    [[1, 1], [0, 1]]
    """
    cells = np.bincount(gold * n_labels + predicted, minlength=n_labels * n_labels)
    return cells.reshape(n_labels, n_labels).astype(np.int64)


def f1_per_label(right: Any, has: Any, says: Any) -> Floats:
    """F1 of each label from counts of shape (..., K); 0 where a label neither is nor is said.

    Args:
        right: rows that have the label and are said to.
        has: rows that have the label.
        says: rows said to have the label.
    """
    either = np.asarray(has + says, dtype=np.float64)
    return np.divide(2.0 * right, either, out=np.zeros_like(either), where=either > 0)


def macro_f1(right: Any, has: Any, says: Any) -> Floats:
    """Mean F1 over the labels that some row has or is said to have: (..., K) counts → (...).

    >>> float(macro_f1(np.array([2, 0, 0]), np.array([2, 1, 0]), np.array([3, 0, 0])))
    0.4
    """
    occurs = np.asarray(has + says) > 0
    total = f1_per_label(right, has, says).sum(axis=-1)
    return np.asarray(total / np.maximum(occurs.sum(axis=-1), 1), dtype=np.float64)
