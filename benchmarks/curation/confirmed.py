"""Fine-tuned runs as measures, and the head's on the same splits and the same held-out rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from benchmarks.curation.conditions import Split
from benchmarks.curation.finetuned import some
from benchmarks.curation.measures import MEASURES, Mean, Table, measured
from benchmarks.curation.predicted import predicted
from benchmarks.curation.sets import Codes, RealSet
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
    return {
        name: {measure: Mean.of(values) for measure, values in numbers.items()}
        for name, numbers in found.items()
    }


def predicted_alike(judged: RealSet, vectors: Singles, runs: Runs) -> Table:
    """The head's numbers on as many splits, on the rows the fine-tuned ones are scored on."""
    seeds = {run["seed"] for run in runs if run["set"] == judged.name}
    return predicted(judged, vectors, splits=len(seeds), scored=_the_same) if seeds else {}


def _the_same(judged: RealSet, split: Split, seed: int) -> Codes:
    return some(judged, split.test, seed)
