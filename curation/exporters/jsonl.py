"""JSON lines: one object a line, UTF-8; values per label are an object by label."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

from curation.exporters.columns import Row, Table

ROWS_AT_ONCE = 2_000


def write_jsonl(table: Table, rows: Iterable[Row], sink: BinaryIO) -> Iterator[int]:
    """Write row after row; yields how many were written each time some have been."""
    encode = json.JSONEncoder(ensure_ascii=False).encode
    lines: list[str] = []
    for row in rows:
        lines.append(encode(_object(table, row)))
        if len(lines) == ROWS_AT_ONCE:
            sink.write(("\n".join(lines) + "\n").encode())
            yield len(lines)
            lines = []
    if lines:
        sink.write(("\n".join(lines) + "\n").encode())
    yield len(lines)


def _object(table: Table, row: Row) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for column, value in zip(table.columns, row, strict=True):
        if column.kind.per_label and value is not None:
            value = dict(zip(table.labels, value, strict=True))
        result[column.name] = value
    return result
