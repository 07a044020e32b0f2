"""Votes from a CSV file: columns `task`, `worker`, `label`."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from curation.errors import BadRow
from curation.importers.lines import csv_rows, is_storable

NEEDED = ("task", "worker", "label")
LONGEST_NAME = 120


@dataclass(frozen=True, kw_only=True, slots=True)
class VoteRow:
    """One annotator's answer to one task."""

    line: int
    task: str
    worker: str
    label: str


def _is_name(worker: str) -> bool:
    return bool(worker.strip()) and len(worker) <= LONGEST_NAME and is_storable(worker)


def read_votes(path: Path, *, labels: Collection[str]) -> Iterator[VoteRow | BadRow]:
    """Rows of a votes file, each checked by itself; whether a task exists is not known here.

    Raises:
        BadInput: the whole file cannot be read.
    """
    known = set(labels)
    for line, row in csv_rows(path, needed=NEEDED):
        if isinstance(row, BadRow):
            yield row
        elif row["label"] not in known:
            detail = f"label {row['label']!r} is not one of {', '.join(labels)}"
            yield BadRow(line=line, reason="unknown_label", detail=detail)
        elif not _is_name(row["worker"]):
            detail = f"its worker must be a name of 1 to {LONGEST_NAME} characters"
            yield BadRow(line=line, reason="bad_worker", detail=detail)
        else:
            yield VoteRow(line=line, task=row["task"], worker=row["worker"], label=row["label"])
