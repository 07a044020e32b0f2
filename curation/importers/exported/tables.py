"""Tables of an export, row by row, exactly as they were written."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from curation.errors import BadInput
from curation.exporters.columns import Column, Kind, Row, Table
from curation.exporters.formula import guard, unguard
from curation.importers.lines import is_storable, is_storable_json

ROWS_AT_ONCE = 5_000
OPTIONAL = {"posterior_agreement", "posterior_low", "posterior_high", "probabilities"}
MOST_VOTES = 100_000  # on one example for one label
UNREADABLE = (
    ValueError, KeyError, TypeError, ArithmeticError, csv.Error, RecursionError, OSError,
)  # fmt: skip

Reader = Callable[[Path, Table], Iterator[Row]]


def read_table(path: Path, table: Table) -> Iterator[Row]:
    """Rows in the order of the file, values in the order of the table's columns.

    Raises:
        BadInput: the file is not such a table, or a row of it is not one.
    """
    number = 0
    try:
        for row in READERS[path.suffix.removeprefix(".")](path, table):
            number += 1
            yield _checked(row, table)
    except UNREADABLE as error:
        place = f"row {number + 1}" if number else "its beginning"
        raise BadInput(
            f"{path.name} cannot be read at {place} ({_first_line(error)}); nothing was changed."
        ) from None


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]


def _checked(row: Row, table: Table) -> Row:
    for column, value in zip(table.columns, row, strict=True):
        if not _is_fit(value, column, len(table.labels)):
            raise ValueError(f"{column.name} is {str(value)[:60]!r}")
    return row


def _is_fit(value: Any, column: Column, n_labels: int) -> bool:
    if value is None:
        return column.name in OPTIONAL
    if column.kind is Kind.TEXT:
        return isinstance(value, str) and is_storable(value)
    if column.kind is Kind.NUMBER:
        return _is_number(value)
    if column.kind is Kind.COUNTS:
        return len(value) == n_labels and all(
            type(n) is int and 0 <= n <= MOST_VOTES for n in value
        )
    if column.kind is Kind.NUMBERS:
        return len(value) == n_labels and all(map(_is_number, value))
    return isinstance(value, dict) and is_storable_json(value)


def _is_number(value: Any) -> bool:
    return type(value) in {int, float} and math.isfinite(value)


def _read_csv(path: Path, table: Table) -> Iterator[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        lines = csv.reader(file, strict=True)
        if next(lines, []) != [guard(heading) for heading in table.headings()]:
            raise ValueError(f"its columns are not those of {table.name}")
        width = len(table.headings())
        for cells in lines:
            if len(cells) != width:
                raise ValueError(f"{len(cells)} cells instead of {width}")
            yield _from_cells(cells, table)


def _from_cells(cells: list[str], table: Table) -> Row:
    values: list[Any] = []
    place, n_labels = 0, len(table.labels)
    for column in table.columns:
        if column.kind.per_label:
            values.append(_list_of(cells[place : place + n_labels], column.kind))
            place += n_labels
        else:
            values.append(_value_of(cells[place], column.kind))
            place += 1
    return tuple(values)


def _list_of(cells: list[str], kind: Kind) -> list[Any] | None:
    if kind is Kind.COUNTS:
        return [int(cell) for cell in cells]
    return None if not any(cells) else [float(cell) for cell in cells]


def _value_of(cell: str, kind: Kind) -> Any:
    if kind is Kind.NUMBER:
        return None if cell == "" else float(cell)
    text = unguard(cell)
    return json.loads(text) if kind is Kind.OBJECT else text


def _read_jsonl(path: Path, table: Table) -> Iterator[Row]:
    with path.open("rb") as file:
        for line in file:
            found = json.loads(line)
            yield tuple(_member(found, column, table) for column in table.columns)


def _member(found: Mapping[str, Any], column: Column, table: Table) -> Any:
    value = found[column.name]
    if column.kind.per_label and value is not None:
        return [value[label] for label in table.labels]
    return value


def _read_parquet(path: Path, table: Table) -> Iterator[Row]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(ROWS_AT_ONCE, columns=table.names):
                if batch.schema.names != table.names:
                    raise ValueError(f"its columns are not those of {table.name}")
                yield from zip(
                    *(_values(batch.column(column.name), column) for column in table.columns),
                    strict=True,
                )
    except pa.ArrowException as error:
        raise ValueError(_first_line(error)) from None


def _values(array: Any, column: Column) -> list[Any]:
    values: list[Any] = array.to_pylist()
    return [json.loads(value) for value in values] if column.kind is Kind.OBJECT else values


READERS: dict[str, Reader] = {
    "csv": _read_csv,
    "jsonl": _read_jsonl,
    "parquet": _read_parquet,
}
