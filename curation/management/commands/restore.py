"""`restore`: a backup into an empty installation, on SQLite or PostgreSQL."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from curation.management.base import ConcordCommand
from curation.services.backups import Restored, foresee_restore, restore


class Command(ConcordCommand):
    help = "Bring a backup into an empty installation; killed on the way, the same command goes on."
    works_on_any_database = True

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument("archive", type=Path, help="a file that backup has written")
        parser.add_argument(
            "--dry-run", action="store_true", help="verify the archive; change nothing"
        )

    def run(self, **options: Any) -> None:
        with self.progress("Restoring") as progress:
            if options["dry_run"]:
                restored = foresee_restore(options["archive"], progress=progress)
            else:
                restored = restore(options["archive"], progress=progress)
        verb = "Would restore" if options["dry_run"] else "Restored"
        self.answer(asdict(restored), f"{verb} {_told(restored)}")
        if restored.changed_versions:
            names = ", ".join(restored.changed_versions)
            raise CommandError(
                f"These dataset versions came out with other rows than their fingerprints say: "
                f"{names}. Make the backup again and compare."
            )


def _told(restored: Restored) -> str:
    key = (
        ""
        if restored.same_secret_key
        else " The secret key is another one than where the backup was made: set "
        "CONCORD_SECRET_KEY to that one, or pseudonyms, links and kept secrets are lost."
    )
    return (
        f"{restored.rows:,} rows of {restored.tables} tables and {restored.files:,} files as of "
        f"{restored.made_at}, with {restored.versions} dataset versions and their "
        f"fingerprints.{key}"
    )
