"""Does keeping what people agree on make a better classifier?

    python -m benchmarks.curation --data DATA [--splits 20] [--runs runs.jsonl]

`DATA` holds `crowd/` and `tasks/`. Four sets of real votes; every choice of training rows is
compared on the same splits, with the explorer's linear head on frozen vectors. Fine-tuned runs
are made beforehand by `python -m benchmarks.curation.finetuned`. Writes docs/results/curation.md
with its chart and keeps the numbers.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.curation.chart import chart
from benchmarks.curation.confirmed import Runs, fine_tuned, predicted_alike
from benchmarks.curation.facts import label_facts, pool_of
from benchmarks.curation.finetuned import read_runs
from benchmarks.curation.measures import Table
from benchmarks.curation.page import page
from benchmarks.curation.predicted import kept_shares, predicted, vectors_of
from benchmarks.curation.sets import SETS, RealSet, load
from benchmarks.curation.tables import SetResult
from benchmarks.recording import environment, record
from curation.explorer.heads import STRENGTH
from curation.explorer.scoring import measure

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "results" / "curation.md"
CHART = PAGE.with_suffix(".svg")
STRENGTHS = (1.0, STRENGTH, 100.0)
FEW_SPLITS = 8  # with other penalties
EXPLORER_SEEDS = 5  # as the job of the page


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with crowd/ and tasks/")
    parser.add_argument("--runs", type=Path, help="JSON lines of fine-tuned runs")
    parser.add_argument("--vectors", type=Path, default=ROOT / "var" / "curation-vectors")
    parser.add_argument("--splits", type=int, default=20)
    options = parser.parse_args()
    before, started = environment(), time.process_time()
    runs = read_runs(options.runs) if options.runs else []
    results = {}
    for name in SETS:
        results[name] = measure_set(load(options.data, name), options, runs)
        print(f"{time.process_time() - started:8.1f} s of processor time, {name}", flush=True)
    content = {
        "splits": options.splits,
        "cpu_seconds": round(time.process_time() - started, 1),
        "sets": {name: as_json(one) for name, one in results.items()},
        "fine_tuned_runs": [
            {key: run[key] for key in run if key not in {"probs", "test"}} for run in runs
        ],
    }
    path = record("curation", content, before=before)
    PAGE.write_text(page(results, runs, splits=options.splits), encoding="utf-8")
    CHART.write_text(chart(results), encoding="utf-8")
    print(f"Kept in {path.relative_to(ROOT)}, {PAGE.relative_to(ROOT)} and {CHART.name}")


def measure_set(judged: RealSet, options: argparse.Namespace, runs: Runs) -> SetResult:
    """Everything about one set."""
    vectors = vectors_of(judged, options.vectors)
    started = time.perf_counter()
    explorer = measure(pool_of(judged, vectors), seeds=EXPLORER_SEEDS)
    seconds = time.perf_counter() - started
    common = int(np.bincount(judged.label).argmax())
    return SetResult(
        texts=len(judged.ids),
        votes=None if judged.counts is None else float(judged.counts.sum(axis=1).mean()),
        labels=label_facts(judged),
        kept=kept_shares(judged, splits=options.splits),
        rare=tuple(code for code in range(len(judged.label_names)) if code != common),
        heads=predicted(judged, vectors, splits=options.splits),
        strengths={
            strength: predicted(judged, vectors, splits=FEW_SPLITS, strength=strength)
            for strength in STRENGTHS
        },
        explorer=explorer,
        seconds=seconds,
        tuned=fine_tuned(judged, runs),
        alike=predicted_alike(judged, vectors, runs),
    )


def as_json(one: SetResult) -> dict[str, Any]:
    return {
        "texts": one.texts,
        "votes_per_text": one.votes,
        "labels": [label.as_json() for label in one.labels],
        "kept_rows_by_label": {name: rows.round(1).tolist() for name, rows in one.kept.items()},
        "head": _table(one.heads),
        "head_other_penalties": {f"C={c:g}": _table(t) for c, t in one.strengths.items()},
        "head_on_the_fine_tuned_rows": _table(one.alike),
        "fine_tuned": _table(one.tuned),
        "recommendation": one.explorer.recommendation.sentence,
        "explorer_seconds": round(one.seconds, 1),
    }


def _table(table: Table) -> Mapping[str, Mapping[str, str]]:
    return {
        condition: {
            measure: f"{mean.mean:.4f} ± {mean.error:.4f} (n={mean.splits})"
            for measure, mean in numbers.items()
        }
        for condition, numbers in table.items()
    }


if __name__ == "__main__":
    main()
