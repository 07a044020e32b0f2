"""`import_votes SLUG FILE [--texts texts.jsonl]`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from curation.errors import BadInput
from curation.management.base import ConcordCommand
from curation.models import Example, Project
from curation.reporting import wording
from curation.services.votes import ImportedVotes, import_votes


class Command(ConcordCommand):
    help = (
        "Import real votes, all of the file or nothing: CSV or JSON lines with task, worker, label "
        "(and seconds, answered_at, skip), or Label Studio's export of type JSON, which brings its "
        "texts along. E-mail addresses become pseudonyms. See docs/votes_file.md."
    )

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("votes", type=Path, help=".csv, .jsonl, or .json from Label Studio")
        parser.add_argument("--texts", type=Path, help=".jsonl or .csv with id, text and gold")
        parser.add_argument(
            "--test-share", type=float, default=0.0, help="share of the texts set aside as test"
        )
        parser.add_argument("--seed", type=int, default=0, help="of that choice")
        parser.add_argument(
            "--skip-bad", action="store_true", help="leave bad rows out, and list each of them"
        )

    def run(self, **options: Any) -> None:
        project = self.get_project(options["slug"])
        if not 0 <= options["test_share"] < 1:
            raise BadInput(
                f"The test share is {options['test_share']:g}; it must be at least 0 and below 1."
            )
        with self.progress(f"Importing {options['votes'].name}") as progress:
            result = import_votes(
                project,
                options["votes"],
                texts=options["texts"],
                test_share=options["test_share"],
                seed=options["seed"],
                skip_bad=options["skip_bad"],
                progress=progress,
            )
        self.answer(
            {
                "examples": result.examples,
                "added": result.added,
                "skips": result.skips,
                "unchanged": result.unchanged,
                "skipped": [self.bad_row(row) for row in result.skipped],
            },
            text_of(result)
            + self._aside(project, options["test_share"])
            + self._next(project)
            + self.skipped_text(result.skipped),
        )

    def _aside(self, project: Project, test_share: float) -> str:
        if not test_share:
            return ""
        aside = project.examples.filter(split=Example.Split.TEST).count()
        return f" Set aside to test on: {wording.plural(aside, 'text')}."

    def _next(self, project: Project) -> str:
        return f" Next: manage.py agreement {project.slug}."


def text_of(result: ImportedVotes) -> str:
    """What was imported, for people."""
    votes = result.added - result.skips
    skips = f", {wording.plural(result.skips, 'skip')}" if result.skips else ""
    return (
        f"Imported {wording.plural(votes, 'vote')}{skips} ({result.unchanged:,} were there "
        f"already) and {wording.plural(result.examples, 'text')}."
    )
