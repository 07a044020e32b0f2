"""Exporters: rows → one file. To add one: write `curation/exporters/<name>.py`, name it below."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from curation.exporters.csv import write_csv
from curation.exporters.jsonl import write_jsonl
from curation.exporters.parquet import write_parquet
from curation.exporters.row import ExportRow

__all__ = ["EXPORTERS", "ExportRow", "Exporter"]

Exporter = Callable[[Iterable[ExportRow], Path], None]

EXPORTERS: dict[str, Exporter] = {
    "jsonl": write_jsonl,
    "csv": write_csv,
    "parquet": write_parquet,
}
