"""What is asked of one classifier on held-out rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from benchmarks.curation.sets import Codes, Floats
from curation.agreement.spearman import mean_ranks
from training.evaluation.scores import score

MEASURES = ("macro_f1", "equal_f1", "auc", "rare")


def measured(gold: Codes, probs: Floats, trained: Floats) -> dict[str, float]:
    """Four numbers of one classifier.

    Args:
        gold: (S,) in [0, K).
        probs: (S, K), rows sum to 1.
        trained: (K,) rows or weight of each label it was trained on.

    Returns:
        macro_f1: of the most probable label.
        equal_f1: macro-F1 when every probability is divided by the share of its label in
            training first, so that a classifier trained on unbalanced labels decides as if they
            were balanced (Menon et al. 2021, Long-tail learning via logit adjustment).
        auc: mean over labels of the chance that a row with the label is given more of it than
            one without; says how well rows are told apart, wherever the border is drawn.
        rare: share of rows said to have any but the commonest label.
    """
    n_labels = probs.shape[1]
    prior = np.maximum(trained / trained.sum(), 1e-4)
    said = probs.argmax(axis=1)
    common = int(np.bincount(gold).argmax())
    return {
        "macro_f1": score(gold, said, n_labels=n_labels).macro_f1,
        "equal_f1": score(gold, (probs / prior).argmax(axis=1), n_labels=n_labels).macro_f1,
        "auc": _auc(gold, probs),
        "rare": float((said != common).mean()),
    }


def _auc(gold: Codes, probs: Floats) -> float:
    found = []
    for label in range(probs.shape[1]):
        has = gold == label
        n, rest = int(has.sum()), int((~has).sum())
        if n and rest:
            ranks = mean_ranks(probs[:, label])[has].sum()
            found.append((ranks - n * (n + 1) / 2) / (n * rest))
    return float(np.mean(found))


@dataclass(frozen=True, kw_only=True)
class Mean:
    """Over splits."""

    mean: float
    error: float  # standard error over splits, which share rows: a guide, not a test
    splits: int

    @classmethod
    def of(cls, values: list[float]) -> Mean:
        error = float(np.std(values, ddof=1) / len(values) ** 0.5) if len(values) > 1 else 0.0
        return cls(mean=float(np.mean(values)), error=error, splits=len(values))

    def as_json(self) -> dict[str, float]:
        return {"mean": round(self.mean, 4), "error": round(self.error, 4), "splits": self.splits}


Table = Mapping[str, Mapping[str, Mean]]  # condition → measure → mean


def table_of(found: Mapping[str, Mapping[str, list[float]]]) -> Table:
    """Numbers of several splits as means."""
    return {
        name: {measure: Mean.of(values) for measure, values in numbers.items()}
        for name, numbers in found.items()
    }
