"""CSV: UTF-8, one header line, one cell per label where a column has one value for each.

Text cells that a spreadsheet would take for a formula are guarded; see
`curation.exporters.formula`. A number that is not known is an empty cell.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any, BinaryIO

from curation.exporters.columns import Column, Kind, Row, Table
from curation.exporters.formula import guard

ROWS_AT_ONCE = 2_000


def write_csv(table: Table, rows: Iterable[Row], sink: BinaryIO) -> Iterator[int]:
    """Write row after row; yields how many were written each time some have been."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(guard(heading) for heading in table.headings())
    flatten = [_cells_of(column, len(table.labels)) for column in table.columns]
    written = 0
    for row in rows:
        writer.writerow(
            [cell for to, value in zip(flatten, row, strict=True) for cell in to(value)]
        )
        written += 1
        if written == ROWS_AT_ONCE:
            _flush(buffer, sink)
            yield written
            written = 0
    _flush(buffer, sink)
    yield written


def _flush(buffer: io.StringIO, sink: BinaryIO) -> None:
    sink.write(buffer.getvalue().encode())
    buffer.seek(0)
    buffer.truncate()


def _cells_of(column: Column, n_labels: int) -> Callable[[Any], list[str]]:
    if column.kind is Kind.TEXT:
        return lambda value: [guard(value)]
    if column.kind is Kind.NUMBER:
        return lambda value: ["" if value is None else repr(float(value))]
    if column.kind is Kind.COUNTS:
        return lambda values: [str(int(value)) for value in values]
    if column.kind is Kind.NUMBERS:
        unknown = [""] * n_labels
        return lambda values: unknown if values is None else [repr(float(v)) for v in values]
    return lambda value: [guard(json.dumps(value, ensure_ascii=False))]
