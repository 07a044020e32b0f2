"""Rows of a run's dataset and the files that hold them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from training.fitting.errors import BadDataset

NUMBERS = ("agreement", "weight", "quality", "diversity")  # optional columns of a row


@dataclass(frozen=True, kw_only=True)
class Row:
    """One labelled text."""

    id: str
    text: str
    label: str
    agreement: float | None = None  # share of votes for the most frequent label, in (0, 1]
    probs: tuple[float, ...] | None = None  # (K,) soft label in label order, sums to 1
    weight: float | None = None  # of the row in the loss, ≥ 0
    quality: float | None = None  # P'(label | text) by a checker fitted on real rows, in [0, 1]
    diversity: float | None = None  # Q(label | text) by a checker fitted on these rows, in (0, 1]


def rows_as_text(rows: Iterable[Row]) -> str:
    """JSON lines sorted by id: the same rows give the same bytes, in whatever order they come."""
    lines = [_as_line(row) for row in sorted(rows, key=lambda row: row.id)]
    return "".join(f"{line}\n" for line in lines)


def read_rows(path: Path, labels: Sequence[str]) -> list[Row]:
    """Rows of `path` in file order.

    Raises:
        BadDataset: the file is missing or empty, a line is not a row, an id comes twice, or a
            label is not among `labels`.
    """
    try:
        lines = path.read_text(encoding="utf-8").removesuffix("\n").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise BadDataset(f"{path.name} cannot be read: {error}.") from error
    if lines == [""]:
        raise BadDataset(f"{path.name} has no rows.")
    rows = [_parsed(line, f"{path.name}, line {at}") for at, line in enumerate(lines, 1)]
    _check(rows, path.name, labels)
    return rows


def label_codes(rows: Sequence[Row], labels: Sequence[str]) -> npt.NDArray[np.int64]:
    """Places of the rows' labels in `labels`: (N,) int in [0, K).

    >>> rows = [Row(id="1", text="a", label="news"), Row(id="2", text="b", label="joke")]
    >>> label_codes(rows, ["joke", "news"]).tolist()
    [1, 0]
    """
    place = {label: code for code, label in enumerate(labels)}
    return np.array([place[row.label] for row in rows], dtype=np.int64)


def _as_line(row: Row) -> str:
    values: dict[str, Any] = {"id": row.id, "text": row.text, "label": row.label}
    for name in NUMBERS:
        if getattr(row, name) is not None:
            values[name] = getattr(row, name)
    if row.probs is not None:
        values["probs"] = list(row.probs)
    return json.dumps(values, ensure_ascii=False)


def _parsed(line: str, place: str) -> Row:
    try:
        values = json.loads(line)
        probs = values.get("probs")
        row = Row(
            id=str(values["id"]),
            text=str(values["text"]),
            label=str(values["label"]),
            probs=None if probs is None else tuple(float(share) for share in probs),
            **{name: float(values[name]) for name in NUMBERS if values.get(name) is not None},
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadDataset(f"{place} is not a row with id, text and label.") from error
    if not row.text.strip():
        raise BadDataset(f"{place} has no text.")
    return row


def _check(rows: Sequence[Row], name: str, labels: Sequence[str]) -> None:
    repeated = [row_id for row_id, times in Counter(row.id for row in rows).items() if times > 1]
    if repeated:
        raise BadDataset(f"{name} holds the id {repeated[0]!r} more than once.")
    strange = sorted({row.label for row in rows} - set(labels))
    if strange:
        known = ", ".join(labels)
        raise BadDataset(f"{name} has the label {strange[0]!r}, but the config knows {known}.")
