"""Exporters: a version → files. To add a form: describe it in `EXPORTERS` below.

How tables are written is in one file per kind (`csv.py`, `jsonl.py`, `parquet.py`); what the
texts beside them say in `manifest.py`, `methods.py` and `croissant.py`.
"""

from __future__ import annotations

from curation.exporters.columns import Row, Table, table_of
from curation.exporters.forms import WRITERS, Form, TableFile

__all__ = ["EXPORTERS", "WRITERS", "Form", "Row", "Table", "TableFile", "table_of"]

EXPORTERS: dict[str, Form] = {
    "jsonl": Form(
        title="JSON lines",
        contains="one object per line; for scripts",
        ending="jsonl",
        overhead=6_000,
        bytes_per_row=22,
        bytes_per_vote=3.2,
    ),
    "csv": Form(
        title="CSV",
        contains="for spreadsheets and R; cells cannot run as formulas",
        ending="csv",
        overhead=6_000,
        bytes_per_row=15,
        bytes_per_vote=3.0,
    ),
    "parquet": Form(
        title="Parquet",
        contains="typed columns; for pandas, Polars, DuckDB, Spark",
        ending="parquet",
        overhead=17_000,
        bytes_per_row=10,
        bytes_per_vote=1.7,
    ),
    "huggingface": Form(
        title="Hugging Face",
        contains="a folder for load_dataset(path), with its splits and a dataset card",
        ending="parquet",
        overhead=17_000,
        bytes_per_row=10,
        bytes_per_vote=1.7,
        per_split=True,
    ),
    "croissant": Form(
        title="Croissant",
        contains="Parquet with Croissant 1.1 metadata and its responsible-AI fields",
        ending="parquet",
        overhead=20_000,
        bytes_per_row=10,
        bytes_per_vote=1.7,
        croissant=True,
    ),
}
