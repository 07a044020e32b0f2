"""Texts from a file: columns `text`, and where they are there `id` and `label`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from curation.errors import BadRow
from curation.importers.lines import is_storable, table_rows

LONGEST_ID = 120


@dataclass(frozen=True, kw_only=True)
class ExampleRow:
    """One text of a file."""

    line: int
    id: str
    text: str
    label: str | None


def read_examples(
    path: Path, *, labels: Collection[str], label_needed: bool, label_key: str = "label"
) -> Iterator[ExampleRow | BadRow]:
    """Rows of a .jsonl or .csv file, checked one by one.

    Args:
        path: UTF-8; columns `text` and `id`, and `label_key` (may be empty or null).
        labels: what a label may be.
        label_needed: a row without a label is bad.
        label_key: the column that holds the label.

    Raises:
        BadInput: the whole file cannot be read.
    """
    needed = ["id", "text", *([label_key] if label_needed else [])]
    rows = table_rows(path, needed=needed)
    yield from check_examples(rows, labels=labels, label_needed=label_needed, label_key=label_key)


def check_examples(
    rows: Iterable[tuple[int, dict[str, Any] | BadRow]],
    *,
    labels: Collection[str],
    label_needed: bool,
    label_key: str = "label",
) -> Iterator[ExampleRow | BadRow]:
    """Numbered rows with `id` and `text`, checked one by one; as `read_examples`."""
    seen: set[int] = set()  # hashes, not ids: memory stays small on long files
    for line, row in rows:
        if isinstance(row, BadRow):
            yield row
            continue
        checked = _check(line, row, labels, label_needed, label_key)
        if isinstance(checked, ExampleRow):
            if hash(checked.id) in seen:
                detail = f"id {checked.id!r} stands in the file twice"
                checked = BadRow(line=line, reason="duplicate_id", detail=detail)
            else:
                seen.add(hash(checked.id))
        yield checked


def _check(
    line: int, row: dict[str, Any], labels: Collection[str], label_needed: bool, label_key: str
) -> ExampleRow | BadRow:
    key, text, label = row["id"], row["text"], row.get(label_key)
    key = str(key) if isinstance(key, int) else key
    if not isinstance(key, str) or not key.strip() or len(key) > LONGEST_ID:
        detail = f"its id must be a text of 1 to {LONGEST_ID} characters"
        return BadRow(line=line, reason="bad_id", detail=detail)
    if not isinstance(text, str) or not text.strip():
        return BadRow(line=line, reason="empty_text", detail=f"example {key!r} has no text")
    if not is_storable(text) or not is_storable(key):
        detail = f"example {key!r} holds a NUL character or half of a character pair"
        return BadRow(line=line, reason="bad_text", detail=detail)
    if label is None or label == "":
        if label_needed:
            return BadRow(line=line, reason="no_label", detail=f"example {key!r} has no label")
        label = None
    elif str(label) not in labels:
        detail = f"label {str(label)!r} is not one of {', '.join(labels)}"
        return BadRow(line=line, reason="unknown_label", detail=detail)
    return ExampleRow(line=line, id=key, text=text, label=None if label is None else str(label))
