"""Votes from a file: CSV, JSON lines, or what Label Studio exports."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from curation.errors import BadInput, BadRow
from curation.importers.label_studio_export import read_export
from curation.importers.lines import Numbered, csv_rows, json_rows, text_lines
from curation.importers.vote_row import RawVote, VoteRow, vote_row

NEEDED = ("task", "worker", "label")


def read_votes(path: Path, *, labels: Collection[str]) -> Iterator[VoteRow | BadRow]:
    """Answers of a votes file, each checked by itself; whether a task exists is not known here.

    What the file begins with tells its form: a list is an export of Label Studio, an object is
    JSON lines, anything else is CSV. CSV and JSON lines are read line by line and have `task`,
    `worker`, `label`, and where they are known `seconds`, `answered_at` and `skip`, the reason of
    an answer without label. An export is read whole (see `read_export`).

    Raises:
        BadInput: the whole file cannot be read.
    """
    known = dict.fromkeys(labels)  # looked up often, listed in order
    begins = _beginning(path)
    if begins.startswith("["):
        yield from read_export(path, labels=known)
    elif begins.startswith("{"):
        yield from _votes(_objects(path, begins), labels=known)
    else:
        yield from _votes(csv_rows(path, needed=NEEDED), labels=known)


def _beginning(path: Path) -> str:
    """The first line that is not blank; "" of an empty file."""
    return next((line.strip() for _, line in text_lines(path) if line.strip()), "")


def _objects(path: Path, begins: str) -> Numbered:
    if path.suffix.lower() == ".json":
        try:
            json.loads(begins)
        except (ValueError, RecursionError):
            raise BadInput(
                f"{str(path)!r} is one JSON object; votes are one object per line (.jsonl), or the "
                "list that Label Studio exports as JSON."
            ) from None
    return json_rows(path, needed=("task", "worker"))


def _votes(rows: Numbered, *, labels: Collection[str]) -> Iterator[VoteRow | BadRow]:
    for line, row in rows:
        yield row if isinstance(row, BadRow) else vote_row(_raw(row), line=line, labels=labels)


def _raw(row: dict[str, Any]) -> RawVote:
    return RawVote(
        task=row["task"],
        worker=row["worker"],
        label=row.get("label"),
        skip_reason=row.get("skip"),
        seconds=row.get("seconds"),
        answered_at=row.get("answered_at"),
    )
