"""`import_dataset PATH [--slug NAME]`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from curation.management.base import ConcordCommand
from curation.services.importing_versions import import_dataset


class Command(ConcordCommand):
    help = "Bring an exported dataset version in: the same number, rows, votes and fingerprint."

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path, help="the folder or the zip of an export")
        parser.add_argument("--slug", default="", help="what to call the project here")

    def run(self, **options: Any) -> None:
        with self.progress("reading") as progress:
            result = import_dataset(options["path"], slug=options["slug"], progress=progress)
        version = result.version
        name = f"version {version.number} of {version.project.slug}"
        self.answer(
            {
                "project": version.project.slug,
                "version": version.number,
                "fingerprint": version.fingerprint,
                "rows": result.rows,
                "votes": result.votes,
                "unchanged": result.unchanged,
            },
            f"{name} is here already, with the same fingerprint; nothing was changed."
            if result.unchanged
            else f"Imported {name}: {result.rows} rows, {result.votes} votes, fingerprint "
            f"{version.fingerprint} as exported.",
        )
