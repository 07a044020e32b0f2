"""`measure SLUG [--by method|run] [--per-label N] [--draws D] [--seed S] [--out FILE.html]`."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from rich import box
from rich.console import Console
from rich.table import Table

from curation.management.base import ConcordCommand
from generation.diversity.charts import auc_with_interval, group_title
from generation.diversity.report import DiversityReport
from generation.services.measuring import (
    BY,
    measure_project,
    measures_as_json,
    measures_tables,
    write_measures,
)

WIDTH = 100  # characters
LISTED = 6  # over-represented n-grams of a group


class Command(ConcordCommand):
    help = (
        "Measure how diverse the generated texts are and how close to the real training texts, "
        "per label and over all labels, on equally many texts of each group."
    )

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("--by", choices=BY, default="method", help="what makes a group")
        parser.add_argument("--per-label", type=int, help="the most texts of a label")
        parser.add_argument("--draws", type=int, help="seeded samples; 5, or 1 where it is slow")
        parser.add_argument("--seed", type=int, default=0)
        parser.add_argument(
            "--fast", action="store_true", help="bf16 where the processor has it: half the time"
        )
        parser.add_argument("--out", type=Path, help="also write a page with plots: FILE.html")

    def run(self, **options: Any) -> None:
        project = self.get_project(options["slug"])
        with self.progress("measure") as progress:
            report = measure_project(
                project,
                by=options["by"],
                seed=options["seed"],
                per_label=options["per_label"],
                draws=options["draws"],
                fast=options["fast"],
                progress=progress,
            )
        result, text = measures_as_json(report), text_of(report)
        if options["out"]:
            written = write_measures(project, report, options["out"])
            result["page"] = str(written)
            text += f"\n\nThe plots: {written}"
        self.answer(result, text)


def text_of(report: DiversityReport) -> str:
    """The report for people."""
    sizes = ", ".join(f"{label} {n}" for label, n in report.per_label.items())
    draws = "1 draw" if report.draws == 1 else f"{report.draws} draws, mean ± spread over draws"
    parts = [f"{report.n} texts of each group ({sizes}); {draws}, seed {report.seed}."]
    parts += report.notes
    parts += [_table(title, rows) for title, rows in measures_tables(report)]
    told = [(group_title(group.name), auc_with_interval(group)) for group in report.groups]
    if any(interval for _, interval in told):
        parts.append(
            "AUC, all labels, 95 % over texts: "
            + ", ".join(f"{name} {interval}" for name, interval in told)
        )
    parts += [
        f"{group_title(group.name)} says too often: "
        + ", ".join(f"{one.ngram!r} (z {one.z:.1f})" for one in group.overused[""][:LISTED])
        for group in report.groups
        if group.overused.get("")
    ]
    return "\n\n".join(parts)


def _table(title: str, rows: list[list[str]]) -> str:
    table = Table(box=box.SIMPLE_HEAD, title=title, title_justify="left", pad_edge=False)
    for place, head in enumerate(rows[0]):
        table.add_column(head, justify="right" if place else "left", no_wrap=True)
    for row in rows[1:]:
        table.add_row(*row)
    out = StringIO()
    width = max(WIDTH, 18 * len(rows[0]))
    Console(file=out, width=width, color_system=None, force_terminal=False).print(table)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()).strip("\n")
