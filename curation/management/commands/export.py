"""`export SLUG VERSION --format FORM --to PATH`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from curation.exporters import EXPORTERS
from curation.management.base import ConcordCommand
from curation.services.datasets import get_version
from curation.services.exports import Exported, export_dataset


class Command(ConcordCommand):
    help = "Write a dataset version with its votes, soft labels, splits, checksums and card."

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("version", type=int)
        parser.add_argument("--format", choices=list(EXPORTERS), default="jsonl")
        parser.add_argument(
            "--to",
            type=Path,
            default=Path(),
            help="a folder to write into, a file ending in .zip, or rows.csv/.jsonl/.parquet for "
            "the kept rows alone",
        )

    def run(self, **options: Any) -> None:
        version = get_version(self.get_project(options["slug"]), options["version"])
        result = export_dataset(version, form=options["format"], to=options["to"])
        self.answer(
            {
                "path": str(result.path),
                "card": None if result.card is None else str(result.card),
                "rows": result.rows,
                "reused": result.reused,
                "unchanged": result.unchanged,
            },
            _sentence(result),
        )


def _sentence(result: Exported) -> str:
    if result.unchanged:
        return f"{result.path} is this export already, every checksum right; nothing was written."
    went_on = (
        f" Went on from an export that was cut short: {', '.join(result.reused)} had been written."
        if result.reused
        else ""
    )
    return f"Wrote {result.rows} rows to {result.path}.{went_on}"
