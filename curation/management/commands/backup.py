"""`backup`: everything that cannot be made again, in one verified file."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from curation.management.base import ConcordCommand
from curation.services.backups import foresee_backup, make_backup, prune


class Command(ConcordCommand):
    help = "Write every row and file that cannot be made again into one archive, while in use."

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument("target", type=Path, help="a folder, or the file to write")
        parser.add_argument("--dry-run", action="store_true", help="count only; write nothing")
        parser.add_argument(
            "--keep",
            type=int,
            metavar="N",
            help="afterwards remove all but the newest N backups of that folder",
        )

    def run(self, **options: Any) -> None:
        if options["dry_run"]:
            self._foresee(options["target"])
            return
        with self.progress("Backing up") as progress:
            made = make_backup(options["target"], progress=progress)
        removed = prune(Path(made.path).parent, keep=options["keep"]) if options["keep"] else []
        key = (
            "The secret key is inside, so keep the file as safe as the installation."
            if made.secret_key_inside
            else "The secret key is not inside: keep CONCORD_SECRET_KEY elsewhere, without it "
            "pseudonyms, links and kept secrets are lost."
        )
        gone = f" Removed {len(removed)} older ones." if removed else ""
        self.answer(
            {**asdict(made), "removed": removed},
            f"{made.path}: {made.rows:,} rows of {made.tables} tables and {made.files:,} files, "
            f"{made.bytes / 1e6:,.1f} MB, read back and whole. {key}{gone}",
        )

    def _foresee(self, target: Path) -> None:
        foreseen = foresee_backup(target)
        self.answer(
            asdict(foreseen),
            f"{foreseen.path} would hold {foreseen.rows:,} rows of {foreseen.tables} tables and "
            f"{foreseen.files:,} files of {foreseen.file_bytes / 1e6:,.1f} MB. "
            "Nothing was written.",
        )
