"""Parquet, written in groups of rows so that memory stays flat.

Values per label are lists in the order of the labels, which the file's own metadata names.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, BinaryIO

from curation.exporters.columns import Kind, Row, Table

ROWS_PER_GROUP = 5_000


def write_parquet(table: Table, rows: Iterable[Row], sink: BinaryIO) -> Iterator[int]:
    """Write group after group; yields how many rows were written each time."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = _schema(table)
    iterator = iter(rows)
    with pq.ParquetWriter(pa.PythonFile(sink, mode="w"), schema, compression="zstd") as writer:
        while group := list(islice(iterator, ROWS_PER_GROUP)):
            columns = [
                pa.array(_plain(column.kind, values), type=field.type)
                for column, values, field in zip(
                    table.columns, zip(*group, strict=True), schema, strict=True
                )
            ]
            writer.write_table(pa.Table.from_arrays(columns, schema=schema))
            yield len(group)
    yield 0


def _plain(kind: Kind, values: tuple[Any, ...]) -> Any:
    if kind is Kind.OBJECT:
        return [json.dumps(value, ensure_ascii=False) for value in values]
    return values


def _schema(table: Table) -> Any:
    import pyarrow as pa

    types = {
        Kind.TEXT: pa.string(),
        Kind.NUMBER: pa.float64(),
        Kind.COUNTS: pa.list_(pa.int64()),
        Kind.NUMBERS: pa.list_(pa.float64()),
        Kind.OBJECT: pa.string(),
    }
    labels = json.dumps(list(table.labels), ensure_ascii=False)
    fields = [pa.field(column.name, types[column.kind]) for column in table.columns]
    return pa.schema(fields, metadata={"labels": labels})
