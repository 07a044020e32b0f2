"""Fine-tuned MiniLM on chosen training rows: one line of JSON for each finished run.

    python -m benchmarks.curation.finetuned --data DATA --runs runs.jsonl [--seeds 3]

Takes hours of one core in all; stopped and started again it goes on with the next run. Every
run takes the same number of steps, whatever is kept, so that a small selection is not trained
less. A balanced run repeats rows of the rarer labels.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.curation.conditions import Condition, conditions, split_of
from benchmarks.curation.sets import SETS, Codes, RealSet, load
from benchmarks.recording import keep_line, kept_lines
from curation.explorer.selections import random_rows, tickets
from training.fitting.config import FitConfig
from training.fitting.rows import Row

CONFIG = FitConfig(max_steps=192, max_length=80, precision="bf16")
WORDS = 40  # the last ones of a text, where a conversation has the turn that was judged
MOST_TEST_ROWS = 300  # by chance; judging more would take longer than training
FITTED = (  # what says most comes first, with all its seeds
    ("keep all", "global", "within 50%", "within 50% random"),
    ("within 30%", "within 70%"),
    ("within 30% random", "within 70% random"),
    ("global random",),
    ("global balanced", "keep all balanced"),
)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with crowd/ and tasks/")
    parser.add_argument("--runs", type=Path, required=True, help="JSON lines, added to")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--sets", nargs="+", default=list(SETS))
    options = parser.parse_args()
    done = {(run["set"], run["seed"], run["condition"]) for run in read_runs(options.runs)}
    loaded = [load(options.data, name) for name in options.sets]
    for names, seed in product(FITTED, range(options.seeds)):
        for name, judged in product(names, loaded):
            if (judged.name, seed, name) not in done:
                _add(options.runs, run(judged, name, seed))


def read_runs(path: Path) -> list[dict[str, Any]]:
    """The finished runs of the file; none where there is no file yet."""
    return list(kept_lines(path))


def run(judged: RealSet, name: str, seed: int) -> dict[str, Any]:
    """One fit and its scores on the held-out rows."""
    from training.fitting.classifiers import transformer

    split, n_labels = split_of(judged, seed), len(judged.label_names)
    test = some(judged, split.test, seed)
    chosen = next(one for one in conditions(judged, split, seed) if one.name == name)
    train = repeated(chosen, judged.label[split.train], seed)
    fitted = transformer.fit(
        list(_rows(judged, split.train[train])),
        list(_rows(judged, test)),
        replace(CONFIG, labels=judged.label_names, seed=seed),
        report=_silent,
        model_folder=None,
    )
    return {
        "set": judged.name,
        "seed": seed,
        "condition": name,
        "kept": int(chosen.keep.sum()),
        "rows": len(train),
        "labels": np.bincount(judged.label[split.train[train]], minlength=n_labels).tolist(),
        "loss": fitted.loss,
        "seconds": {phase: round(taken, 1) for phase, taken in fitted.seconds.items()},
        "test": test.tolist(),
        "probs": fitted.probs.round(5).tolist(),
    }


def repeated(chosen: Condition, label: Codes, seed: int) -> Codes:
    """Places of the training rows; balanced, rows of rarer labels come several times.

    Each label then has as many rows as the most frequent one, its own repeated in turn.
    """
    places = np.flatnonzero(chosen.keep)
    if not chosen.balanced:
        return places
    rng = np.random.default_rng(seed)
    most = int(np.bincount(label[places]).max())
    of_label = [rng.permutation(places[label[places] == code]) for code in np.unique(label[places])]
    return np.concatenate([np.resize(one, most) for one in of_label])


def some(judged: RealSet, test: Codes, seed: int) -> Codes:
    """At most so many of the held-out rows, by chance."""
    keys = [judged.ids[place] for place in test]
    return test[random_rows(tickets(keys, seed=seed), size=MOST_TEST_ROWS)]


def _rows(judged: RealSet, places: Codes) -> Iterator[Row]:
    for place in places.tolist():
        name = judged.label_names[judged.label[place]]
        words = judged.texts[place].split()[-WORDS:]
        yield Row(id=judged.ids[place], text=" ".join(words), label=name)


def _silent(step: int, steps: int, loss: float | None = None) -> None: ...


def _add(path: Path, finished: dict[str, Any]) -> None:
    keep_line(path, finished)
    print(*(finished[name] for name in ("set", "condition", "seed", "seconds")), flush=True)


if __name__ == "__main__":
    main()
