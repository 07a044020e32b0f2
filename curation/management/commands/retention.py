"""`retention`: forget people and words that are older than an operator's limit."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.core.management.base import CommandParser

from curation.management.base import ConcordCommand
from curation.services.erasing import due_for_retention, forget_old


class Command(ConcordCommand):
    help = "Forget annotators not heard of for so long, and old words and notes; votes stay."

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument("--days", type=int, required=True, metavar="N")
        parser.add_argument("--dry-run", action="store_true", help="count only; change nothing")

    def run(self, **options: Any) -> None:
        if options["dry_run"]:
            counts = asdict(due_for_retention(options["days"]))
        else:
            counts = asdict(forget_old(options["days"], by="retention"))
        verb = "Would forget" if options["dry_run"] else "Forgot"
        told = ", ".join(f"{number} {name.replace('_', ' ')}" for name, number in counts.items())
        self.answer(counts, f"{verb} {told}.")
