"""`export SLUG VERSION --format jsonl|csv|parquet --to PATH`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from curation.exporters import EXPORTERS
from curation.management.base import ConcordCommand
from curation.services.datasets import get_version
from curation.services.exports import export_dataset


class Command(ConcordCommand):
    help = "Write a dataset version as a file, with its dataset card beside it."

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("version", type=int)
        parser.add_argument("--format", choices=list(EXPORTERS), default="jsonl")
        parser.add_argument("--to", type=Path, default=Path(), help="a file or a folder")

    def run(self, **options: Any) -> None:
        version = get_version(self.get_project(options["slug"]), options["version"])
        result = export_dataset(version, form=options["format"], to=options["to"])
        self.answer(
            {"path": str(result.path), "card": str(result.card), "rows": result.rows},
            f"Wrote {result.rows} rows to {result.path} (card: {result.card}).",
        )
