"""`examples SLUG` finds texts of a project: the table of its pages, for terminals and programs."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from curation.errors import BadInput
from curation.files import written_whole
from curation.management.base import ConcordCommand
from curation.models import Project
from curation.reporting import wording
from curation.services.examples_table import (
    ORDERS,
    Count,
    ExampleFilter,
    ExampleRow,
    count_of,
    page_of,
)
from curation.services.examples_table.acting import chosen_keys, set_aside, take_back
from curation.services.examples_table.exporting import FORMATS, content_of, exported

BY = "operator"  # commands are theirs
SHOWN = 20
TEXT = 60  # characters of a text that people are shown
OPTIONS = {"version": "--in-version"}  # --version is Django's own
HELP = {
    "text": "all of these words; “in quotes” one after another",
    "intended": "label it was meant to have; ~none: not meant to be anything",
    "label": "label of the most votes; ~tie, or ~none for no votes",
    "differs": "yes: the votes differ from the intended label",
    "annotator": "somebody who judged it",
    "version": "number of a dataset version that has it",
    "verdict": "in that version: kept, dropped, or a reason for dropping",
    "aside": "yes or no: set aside by hand",
    "predicted": "label that a classifier names; ~none: nothing said",
    "surprising": "yes: the votes differ from the classifier",
    "order": f"one of {', '.join(ORDERS)}",
}


class Command(ConcordCommand):
    help = "Find texts by words, labels, votes and where they come from; set some of them aside."

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument("slug")
        for one in fields(ExampleFilter):
            option = OPTIONS.get(one.name, f"--{one.name.replace('_', '-')}")
            parser.add_argument(
                option, dest=f"by_{one.name}", metavar=one.name.upper(), help=HELP.get(one.name)
            )
        parser.add_argument("--limit", type=int, default=SHOWN, help="texts shown")
        parser.add_argument("--after", default="", help="go on after a page: its `after`")
        parser.add_argument("--to", type=Path, help="write all of them to FILE.csv or FILE.jsonl")
        act = parser.add_mutually_exclusive_group()
        act.add_argument("--set-aside", metavar="WHY", help="drop them from later versions")
        act.add_argument("--take-back", action="store_true", help="undo --set-aside")

    def run(self, **options: Any) -> None:
        project = self.get_project(options["slug"])
        given = {one.name: options[f"by_{one.name}"] or "" for one in fields(ExampleFilter)}
        wish = ExampleFilter.from_query(given)
        if options["to"]:
            self._write(project, wish, options["to"])
        elif options["set_aside"] is not None or options["take_back"]:
            if not options["take_back"] and wish == ExampleFilter(order=wish.order):
                raise BadInput(
                    "Without a filter --set-aside would mean every text of the project; say which "
                    "ones are meant, for example with --text WORDS or --agreement-to 0.5."
                )
            self._act(project, wish, why=options["set_aside"])
        else:
            self._show(project, wish, limit=options["limit"], after=options["after"])

    def _show(self, project: Project, wish: ExampleFilter, *, limit: int, after: str) -> None:
        page = page_of(project, wish, after=after, limit=limit)
        count = count_of(project, wish)
        labels = project.label_names()
        told = {
            "count": count.number,
            "more": count.more,
            "examples": [content_of(row, labels) for row in page.rows],
            "after": page.after,
        }
        lines = [*map(_line, page.rows), _counted(count, shown=len(page.rows))]
        self.answer(told, "\n".join(lines))

    def _write(self, project: Project, wish: ExampleFilter, path: Path) -> None:
        form = path.suffix.removeprefix(".")
        if form not in FORMATS:
            raise BadInput(f"{path.name!r} must end in .csv or .jsonl.")
        lines = exported(project, wish, form=form)
        with (
            written_whole(path) as scratch,
            scratch.open("w", encoding="utf-8", newline="") as file,
        ):
            file.writelines(lines)
        self.answer({"file": str(path)}, f"Written to {path}.")

    def _act(self, project: Project, wish: ExampleFilter, *, why: str | None) -> None:
        keys = chosen_keys(project, wish)
        if not keys:
            raise BadInput("No text is like that; nothing was done.")
        if why is None:
            number, said = take_back(project, keys, by=BY), "taken back in"
        else:
            number, said = set_aside(project, keys, reason=why, by=BY), "set aside"
        self.answer({"examples": number}, f"{wording.plural(number, 'text')} {said}.")


def _line(row: ExampleRow) -> str:
    text = " ".join(row.text.split())
    short = text if len(text) <= TEXT else text[: TEXT - 1] + "…"
    said = "no votes" if row.agreement is None else f"{row.agreement:.2f} {row.strip.sentence}"
    return f"{row.external_id}  {short}\n    {said}{', set aside' if row.aside else ''}"


def _counted(count: Count, *, shown: int) -> str:
    more = "more than " if count.more else ""
    return f"{shown:,} of {more}{wording.plural(count.number, 'text')}."
