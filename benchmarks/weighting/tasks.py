"""Real rows, recorded synthetic rows and the test set of a task."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from curation.explorer.selections import random_rows, tickets
from training.fitting.rows import Row

TASKS = ("financial_phrasebank", "tweet_irony")
SOURCES = ("zero_shot", "few_shot")
REAL_ROWS = 300  # drawn anew for each seed
CHECKER_ROWS = 240  # of them the checker is fitted on; the others calibrate it
MOST_TEST_ROWS = 1_000  # drawn once, the same for every run


@dataclass(frozen=True, kw_only=True)
class Task:
    """One task; rows are sorted by id."""

    name: str
    labels: tuple[str, ...]
    real: list[Row]  # all training rows
    synthetic: dict[str, list[Row]]  # source → rows
    test: list[Row]

    def drawn(self, *, seed: int) -> list[Row]:
        """REAL_ROWS by chance, in the order of the draw."""
        order = tickets([row.id for row in self.real], seed=seed).argsort(kind="stable")
        return [self.real[place] for place in order[:REAL_ROWS]]


def load(data: Path, recordings: Path, name: str) -> Task:
    """A task from the folder that holds `tasks/` and the one with the recordings."""
    folder = data / "tasks" / name
    described = json.loads((folder / "task.json").read_text(encoding="utf-8"))
    return Task(
        name=name,
        labels=tuple(label["name"] for label in described["labels"]),
        real=list(_real(folder / "train.jsonl")),
        synthetic={
            source: list(_synthetic(recordings / source / f"{name}.jsonl")) for source in SOURCES
        },
        test=_some(list(_real(folder / "test.jsonl"))),
    )


def _real(path: Path) -> Iterator[Row]:
    for line in sorted(_lines(path), key=lambda line: line["id"]):
        yield Row(id=line["id"], text=line["text"], label=line["label"])


def _synthetic(path: Path) -> Iterator[Row]:
    rows = [
        Row(
            id=f"{line['label']}/{line['turn']}/{line['position']}",
            text=line["text"],
            label=line["label"],
        )
        for line in _lines(path)
    ]
    yield from sorted(rows, key=lambda row: row.id)


def _some(rows: list[Row]) -> list[Row]:
    chosen = random_rows(tickets([row.id for row in rows], seed=0), size=MOST_TEST_ROWS)
    return [row for row, keep in zip(rows, chosen.tolist(), strict=True) if keep]


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)
