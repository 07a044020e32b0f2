"""`import_examples SLUG FILE --split pool|train|test|check [--attention]`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from curation.management.base import ConcordCommand
from curation.models import Example
from curation.services.importing import import_examples


class Command(ConcordCommand):
    help = "Import texts from a .jsonl or .csv file with id, text and label; all of it or nothing."

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--split",
            choices=Example.Split.values,
            required=True,
            help="pool: to be judged; train: real training data; test: the fixed test set; "
            "check: texts with known answers that measure annotators",
        )
        parser.add_argument("--source", choices=Example.Source.values, default=Example.Source.REAL)
        parser.add_argument(
            "--attention",
            action="store_true",
            help="with --split check: each text says itself which label to give",
        )
        parser.add_argument(
            "--skip-bad", action="store_true", help="leave bad rows out, and list each of them"
        )

    def run(self, **options: Any) -> None:
        project = self.get_project(options["slug"])
        with self.progress(f"Importing {options['file'].name}") as progress:
            result = import_examples(
                project,
                options["file"],
                split=options["split"],
                source=options["source"],
                attention=options["attention"],
                skip_bad=options["skip_bad"],
                progress=progress,
            )
        self.answer(
            {
                "added": result.added,
                "unchanged": result.unchanged,
                "skipped": [self.bad_row(row) for row in result.skipped],
            },
            f"Imported {result.added} texts ({result.unchanged} were there already)."
            + self.skipped_text(result.skipped),
        )
