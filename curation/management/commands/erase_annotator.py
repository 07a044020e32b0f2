"""`erase_annotator`: take somebody out of a project, with or without their votes."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.core.management.base import CommandParser

from curation.management.base import ConcordCommand
from curation.services.erasing import erase_annotator


class Command(ConcordCommand):
    help = "Forget an annotator: name, links and what was written about them (docs/privacy.md)."

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("name", help="as manage.py annotators SLUG shows it")
        votes = parser.add_mutually_exclusive_group(required=True)
        votes.add_argument(
            "--keep-votes", action="store_true", help="under a pseudonym that leads nowhere"
        )
        votes.add_argument(
            "--remove-votes", action="store_true", help="others are asked again in open rounds"
        )

    def run(self, **options: Any) -> None:
        project = self.get_project(options["slug"])
        erased = erase_annotator(
            project, options["name"], keep_votes=options["keep_votes"], by="command line"
        )
        votes = (
            f"{erased.votes_kept} votes are kept as {erased.pseudonym}"
            if options["keep_votes"]
            else f"{erased.votes_removed} votes were removed"
        )
        self.answer(
            asdict(erased),
            f"Erased; {votes}. {erased.versions} frozen versions keep their rows and fingerprints. "
            "Exports and backups made before still hold the old name: docs/privacy.md.",
        )
