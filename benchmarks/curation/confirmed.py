"""Fine-tuned runs as measures, and the head's on the same splits and the same held-out rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from benchmarks.curation.conditions import split_of
from benchmarks.curation.finetuned import some
from benchmarks.curation.measures import MEASURES, Table, measured, table_of
from benchmarks.curation.predicted import one_split
from benchmarks.curation.sets import RealSet
from curation.explorer.heads import Singles

Runs = Sequence[Mapping[str, Any]]


def fine_tuned(judged: RealSet, runs: Runs) -> Table:
    """Condition → measure → mean over its finished runs."""
    found: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for run in runs:
        if run["set"] != judged.name:
            continue
        gold = judged.label[np.array(run["test"])]
        trained = np.array(run["labels"], dtype=np.float64)
        numbers = measured(gold, np.array(run["probs"]), trained)
        for measure in MEASURES:
            found[run["condition"]][measure].append(numbers[measure])
    return table_of(found)


def predicted_alike(judged: RealSet, vectors: Singles, runs: Runs) -> Table:
    """The head's numbers on the splits and the rows of each fine-tuned condition."""
    found: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    mine = [run for run in runs if run["set"] == judged.name]
    for seed in sorted({run["seed"] for run in mine}):
        split = split_of(judged, seed)
        numbers = one_split(judged, vectors, split, some(judged, split.test, seed), seed)
        for run in mine:
            if run["seed"] == seed:
                for measure in MEASURES:
                    found[run["condition"]][measure].append(numbers[run["condition"]][measure])
    return table_of(found)
