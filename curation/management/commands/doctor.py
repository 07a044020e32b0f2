"""`doctor`: what is wrong with an installation, and how to mend it."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser

from curation.health.findings import Finding, Level, problems
from curation.management.base import ConcordCommand
from curation.services.operations.doctor import examine

SIGNS = {Level.GOOD: "✓", Level.NOTE: "!", Level.PROBLEM: "✗"}


class Command(ConcordCommand):
    help = "Look at everything that can be wrong, in plain words. Exits 1 when something is."
    works_on_any_database = True

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--llm",
            nargs="?",
            const="",
            metavar="URL",
            help="also reach a language model: this endpoint, or the one that was used last",
        )

    def run(self, **options: Any) -> None:
        findings = list(examine(llm_url=options["llm"]))
        wrong = problems(findings)
        self.answer(
            {"healthy": not wrong, "findings": [finding.as_json() for finding in findings]},
            "\n".join(_lines(finding) for finding in findings),
        )
        if wrong:
            n_wrong = len(wrong)
            raise CommandError(
                f"{n_wrong} {'thing needs' if n_wrong == 1 else 'things need'} mending: "
                f"{', '.join(finding.check for finding in wrong)}."
            )


def _lines(finding: Finding) -> str:
    mend = f"\n    → {finding.mend}" if finding.mend else ""
    return f"{SIGNS[finding.level]} {finding.check}: {finding.says}{mend}"
