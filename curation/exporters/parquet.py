"""Parquet, written in groups of rows so that memory stays flat."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from itertools import islice
from pathlib import Path

from curation.exporters.row import ExportRow

ROWS_PER_GROUP = 20_000


def write_parquet(rows: Iterable[ExportRow], path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    iterator = iter(rows)
    writer = None
    try:
        while group := [asdict(row) for row in islice(iterator, ROWS_PER_GROUP)]:
            table = pa.Table.from_pylist(group, schema=writer.schema if writer else None)
            writer = writer or pq.ParquetWriter(path, table.schema)
            writer.write_table(table)
    finally:
        if writer:
            writer.close()
