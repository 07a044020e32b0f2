"""A project's report: its numbers, or the page as one file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from curation.management.base import ConcordCommand
from curation.services.report import report_summary, write_report


class Command(ConcordCommand):
    help = "Tell a project's report: a summary, with --json all numbers, with --to the page."

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("--to", type=Path, help="write the page to this HTML file")

    def run(self, **options: Any) -> None:
        project = self.get_project(options["slug"])
        summary = report_summary(project)
        if options["to"]:
            path = write_report(project, summary, options["to"])
            self.answer({"file": str(path)}, f"Written to {path}.")
        else:
            self.answer(summary, _text(summary))


def _text(summary: dict[str, Any]) -> str:
    examples, annotation = summary["examples"], summary.get("annotation") or {}
    crowd = "simulated annotators" if annotation.get("simulated") else "annotators"
    votes, annotators = annotation.get("annotations", 0), annotation.get("annotators", 0)
    lines = [
        f"{examples['synthetic']:,} written and {examples['real']:,} real texts",
        f"{votes:,} votes by {annotators:,} {crowd}",
    ]
    lines += [
        f"version {one['number']}: {one['kept']:,} kept, {sum(one['dropped'].values()):,} dropped"
        for one in summary.get("dataset_versions", [])
    ]
    return "\n".join(lines)
