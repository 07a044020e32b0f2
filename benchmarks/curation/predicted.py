"""The same choices with the explorer's head: frozen MiniLM vectors, a linear head on top."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import numpy as np

from benchmarks.curation.conditions import Condition, Split, conditions, split_of
from benchmarks.curation.measures import MEASURES, Table, measured, table_of
from benchmarks.curation.sets import Codes, RealSet
from curation.embeddings import embed
from curation.explorer.candidates import agreement_weights
from curation.explorer.heads import STRENGTH, Basis, Singles, probabilities
from curation.explorer.selections import Floats


def vectors_of(judged: RealSet, cache: Path) -> Singles:
    """(N, D), each text embedded once and kept in `cache`."""
    return embed(judged.texts, cache=cache)


def predicted(
    judged: RealSet,
    vectors: Singles,
    *,
    splits: int,
    strength: float = STRENGTH,
) -> Table:
    """Every condition of `conditions`, and weights and soft labels, over so many splits."""
    found: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for seed in range(splits):
        split = split_of(judged, seed)
        numbers_of = one_split(judged, vectors, split, split.test, seed, strength)
        for name, numbers in numbers_of.items():
            for measure in MEASURES:
                found[name][measure].append(numbers[measure])
    return table_of(found)


def one_split(
    judged: RealSet, vectors: Singles, split: Split, test: Codes, seed: int,
    strength: float = STRENGTH,
) -> dict[str, dict[str, float]]:  # fmt: skip
    """Condition → measure → number, on the held-out rows `test`."""
    label, n_labels = judged.label[split.train], len(judged.label_names)
    basis = Basis.of(vectors[split.train])
    chosen = [one for one in conditions(judged, split, seed) if _trainable(one, label)]
    weights = [one.weights(label) for one in chosen]
    weights.append(agreement_weights(judged.agreement[split.train], n_labels=n_labels))
    one_hot = np.eye(n_labels)[label]
    columns = np.stack(weights, axis=1)
    probs = probabilities(basis, one_hot, columns, vectors[test], strength=strength)
    soft = probabilities(
        basis, judged.shares[split.train], np.ones((len(label), 1)), vectors[test],
        strength=strength,
    )  # fmt: skip
    trained = [*(columns.T @ one_hot), judged.shares[split.train].sum(axis=0)]
    names = [*(one.name for one in chosen), "agreement weights", "soft labels"]
    return {
        name: measured(judged.label[test], one.astype(np.float64), prior)
        for name, one, prior in zip(names, [*probs, *soft], trained, strict=True)
    }


def _trainable(one: Condition, label: Codes) -> bool:
    return len(np.unique(label[one.keep])) > 1


def kept_shares(judged: RealSet, *, splits: int) -> dict[str, Floats]:
    """(K,) share of each label among what a condition keeps, mean over splits; and how many."""
    found: dict[str, list[Floats]] = defaultdict(list)
    for seed in range(splits):
        split = split_of(judged, seed)
        label = judged.label[split.train]
        for one in conditions(judged, split, seed):
            if not one.balanced:
                rows = np.bincount(label[one.keep], minlength=len(judged.label_names))
                found[one.name].append(rows.astype(np.float64))
    return {name: np.mean(rows, axis=0) for name, rows in found.items()}
