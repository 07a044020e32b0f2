"""Three sources of training texts, nested, drawn from the training rows of one real task."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from curation.explorer.selections import random_within, tickets
from training.fitting.rows import Row, label_codes, rows_as_text

ROWS = 3_000  # texts in the study; the largest source has them all
SHARES = {"all": 1.0, "half": 1 / 2, "third": 1 / 3}  # of them, the same share of each label


@dataclass(frozen=True, kw_only=True)
class Sources:
    """What a study is measured on."""

    task: str
    labels: tuple[str, ...]
    train: dict[str, str]  # source → content of train.jsonl
    rows: dict[str, int]  # source → training rows
    test: str  # content of test.jsonl


def read(data: Path, task: str, *, rows: int = ROWS, test_rows: int | None = None) -> Sources:
    """Sources of `data`/tasks/`task`; which rows they hold is decided by ids alone.

    Args:
        test_rows: at most so many of the test rows, by chance; all of them when not given.
    """
    folder = data / "tasks" / task
    train, test = (_rows(folder / f"{name}.jsonl") for name in ("train", "test"))
    labels = tuple(sorted({row.label for row in train}))
    chosen = {
        name: _some(train, labels, share=share * min(1.0, rows / len(train)))
        for name, share in SHARES.items()
    }
    if test_rows is not None:
        test = _some(test, labels, share=min(1.0, test_rows / len(test)))
    return Sources(
        task=task,
        labels=labels,
        train={name: rows_as_text(some) for name, some in chosen.items()},
        rows={name: len(some) for name, some in chosen.items()},
        test=rows_as_text(test),
    )


def _some(rows: list[Row], labels: tuple[str, ...], *, share: float) -> list[Row]:
    codes = label_codes(rows, labels)
    sizes = np.round(np.bincount(codes, minlength=len(labels)) * share).astype(np.int64)
    keep = random_within(codes, tickets([row.id for row in rows], seed=0), sizes=sizes)
    return [row for row, kept in zip(rows, keep.tolist(), strict=True) if kept]


def _rows(path: Path) -> list[Row]:
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]
    return [Row(id=str(line["id"]), text=line["text"], label=line["label"]) for line in lines]
