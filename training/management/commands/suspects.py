"""`manage.py suspects`: labels to look at again, and texts that are a matter of opinion."""

from __future__ import annotations

from collections.abc import Sequence
from io import StringIO
from typing import Any

from django.core.management.base import CommandParser
from rich.console import Console
from rich.table import Table

from curation.management.base import ConcordCommand
from curation.services.suspects import (
    AGREED,
    FEWEST_VOTES,
    REGIONS,
    CrossedExample,
    Crossing,
    cross,
)
from training.services.learning import attach_learned

SHOWN_CHARACTERS = 60  # of a text


class Command(ConcordCommand):
    help = "Cross how a run learned its rows with how far people agree on them."

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument("slug")
        parser.add_argument(
            "--run", default="", help="such as training:12; else the last with --dynamics"
        )
        parser.add_argument(
            "--agreement", type=float, default=AGREED, help=f"from which people agree ({AGREED})"
        )
        parser.add_argument(
            "--votes", type=int, default=FEWEST_VOTES, help=f"fewest of a text ({FEWEST_VOTES})"
        )
        parser.add_argument("--show", type=int, default=10, help="texts shown of each list (10)")

    def run(self, **options: Any) -> None:
        project = self.get_project(options["slug"])
        run = attach_learned(project, options["run"])
        found = cross(project, run.key, agreed=options["agreement"], fewest_votes=options["votes"])
        answer = {"project": project.slug, "source": run.source, **found.as_json()}
        self.answer(answer, _text(found, shown=max(0, options["show"])))


def _text(found: Crossing, *, shown: int) -> str:
    page = StringIO()
    console = Console(file=page, width=120, highlight=False, markup=False)
    console.print(
        f"{found.run_key} learned {found.learned:,} texts; "
        f"{found.judged:,} of them have {found.fewest_votes} votes or more."
    )
    console.print(_table(found))
    console.print(
        f"Suspect labels, people agree and the run hardly learned them: {len(found.suspects):,}"
    )
    console.print(_examples(found.suspects[:shown]))
    console.print(f"Subjective, people disagree and the run wavered: {len(found.subjective):,}")
    console.print(_examples(found.subjective[:shown]))
    return page.getvalue().rstrip()


def _table(found: Crossing) -> Table:
    table = Table("agreement", *REGIONS, box=None)
    for name, counts in (
        (f"{found.agreed:g} or more", found.high),
        (f"below {found.agreed:g}", found.low),
    ):
        table.add_row(name, *(f"{counts[region]:,}" for region in REGIONS))
    return table


def _examples(rows: Sequence[CrossedExample]) -> Table:
    table = Table("", "label", "voted", "votes", "a_i", "confidence", "±", "text", box=None)
    for one in rows:
        text = " ".join(one.text.split())
        table.add_row(
            one.example,
            one.label,
            one.voted,
            str(one.votes),
            f"{one.agreement:.2f}",
            f"{one.confidence:.2f}",
            f"{one.variability:.2f}",
            text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}…",
        )
    return table
