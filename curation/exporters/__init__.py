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
        bytes_per_row=160,
        text_share=0.45,
    ),
    "csv": Form(
        title="CSV",
        contains="for spreadsheets and R; cells cannot run as formulas",
        ending="csv",
        bytes_per_row=130,
        text_share=0.45,
    ),
    "parquet": Form(
        title="Parquet",
        contains="typed columns; for pandas, Polars, DuckDB, Spark",
        ending="parquet",
        bytes_per_row=90,
        text_share=0.5,
    ),
    "huggingface": Form(
        title="Hugging Face",
        contains="a folder for load_dataset(path), with its splits and a dataset card",
        ending="parquet",
        bytes_per_row=90,
        text_share=0.5,
        per_split=True,
    ),
    "croissant": Form(
        title="Croissant",
        contains="Parquet with Croissant 1.1 metadata and its responsible-AI fields",
        ending="parquet",
        bytes_per_row=90,
        text_share=0.5,
        croissant=True,
    ),
}
