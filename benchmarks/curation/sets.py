"""The four sets of real votes, with the label and the agreement of every text."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.overlap.votes import all_counts, read
from curation.aggregation import Votes
from curation.aggregation.result import decide
from curation.agreement import agreement_share, vote_counts
from training.studies.ready.folders import BANDS

Codes = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

POPQUORN = {"1": "not_offensive", "2": "not_offensive"}  # all others are offensive


@dataclass(frozen=True, kw_only=True)
class RealSet:
    """N texts people judged."""

    name: str
    ids: list[str]
    texts: list[str]
    label: Codes  # (N,) of most votes, in [0, K)
    agreement: Floats  # (N,) a_i
    shares: Floats  # (N, K) of the votes; rows sum to 1
    counts: Codes | None  # (N, K) votes; None where only bands of shares are public
    label_names: tuple[str, ...]


def load(data: Path, name: str) -> RealSet:
    """One set from the folder that holds `crowd/` and `tasks/`."""
    return SETS[name](data)


def _crowd(folder: Path, name: str, folded: dict[str, str] | None = None) -> RealSet:
    votes = read(folder / "crowd" / name)
    known = sorted(_column(folder / "crowd" / name, "label"))
    ids = sorted(_column(folder / "crowd" / name, "task"))
    texts = {row["id"]: row["text"] for row in _lines(folder / "crowd" / name / "texts.jsonl")}
    if folded is not None:
        votes, known = _folded(votes, [folded.get(label, "offensive") for label in known])
    counts = all_counts(votes)
    shares = counts / counts.sum(axis=1, keepdims=True)
    return RealSet(
        name=name,
        ids=ids,
        texts=[texts[key] for key in ids],
        label=decide(votes, shares).labels,
        agreement=agreement_share(counts),
        shares=shares,
        counts=counts,
        label_names=tuple(known),
    )


def _folded(votes: Votes, names: Sequence[str]) -> tuple[Votes, list[str]]:
    known = sorted(set(names))
    code = np.array([known.index(name) for name in names])
    folded = Votes(
        task=votes.task,
        worker=votes.worker,
        label=code[votes.label],
        n_tasks=votes.n_tasks,
        n_labels=len(known),
    )
    return folded, known


def _financial(folder: Path) -> RealSet:
    task = folder / "tasks" / "financial_phrasebank"
    rows = [row for split in ("train", "test") for row in _lines(task / f"{split}.jsonl")]
    rows.sort(key=lambda row: str(row["id"]))
    known = sorted({row["label"] for row in rows})
    label = np.array([known.index(row["label"]) for row in rows])
    agreement = np.array([BANDS[row["meta"]["agreement"]] for row in rows])
    one_hot = vote_counts(np.arange(len(rows)), label, n_tasks=len(rows), n_labels=len(known))
    rest = ((1 - agreement) / (len(known) - 1))[:, None]
    return RealSet(
        name="financial_phrasebank",
        ids=[row["id"] for row in rows],
        texts=[row["text"] for row in rows],
        label=label,
        agreement=agreement,
        shares=np.where(one_hot == 1, agreement[:, None], rest),
        counts=None,
        label_names=tuple(known),
    )


def _column(folder: Path, column: str) -> set[str]:
    with (folder / "annotations.csv").open(encoding="utf-8", newline="") as file:
        return {row[column] for row in csv.DictReader(file)}


def _lines(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]


SETS: dict[str, Callable[[Path], RealSet]] = {
    "multipico_en": lambda folder: _crowd(folder, "multipico_en"),
    "popquorn_offensiveness": lambda folder: _crowd(folder, "popquorn_offensiveness", POPQUORN),
    "convabuse": lambda folder: _crowd(folder, "convabuse"),
    "financial_phrasebank": _financial,
}
