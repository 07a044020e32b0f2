"""A study's report to read: what it asks, what came out, tables and figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from curation.reporting import wording
from training.studies.report_shape import StudyReport
from training.studies.tables import Table, project_titles
from training.studies.tables_as import markdown

MOST_ROWS = 40  # of a table or list inside the text; longer ones stand in their files


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A figure that the text shows."""

    kind: str  # the name of the table with its numbers
    file: str  # path beside the text
    title: str
    caption: str


def report_markdown(
    report: StudyReport, tables: Sequence[Table], pictures: Sequence[Picture]
) -> str:
    """The text, with links to files beside it: tables/NAME.csv and the pictures'."""
    parts = [
        f"# {report['title']}",
        report["text"].strip(),
        counted(report),
        *_findings(report),
        "## Tables and figures",
    ]
    shown: set[str] = set()
    for table in tables:
        parts += [*_table(table), *_pictures(pictures, table.name)]
        shown.add(table.name)
    parts += [part for one in pictures if one.kind not in shown for part in _picture(one)]
    return "\n\n".join(part for part in parts if part) + "\n"


def counted(report: StudyReport) -> str:
    """How much of the matrix there is.

    >>> report = {"cells": {"planned": 6, "successful": 4, "failed": 1, "waiting": 1}}
    >>> counted(report)  # type: ignore[typeddict-item]
    'Of 6 runs planned, 4 have a score, 1 failed and 1 is still to come.'
    """
    cells = report["cells"]
    said = f"Of {wording.plural(cells['planned'], 'run')} planned, "
    said += f"{cells['successful']:,} {'has' if cells['successful'] == 1 else 'have'} a score"
    if not cells["failed"] and not cells["waiting"]:
        return f"{said}."
    failed, waiting = cells["failed"], cells["waiting"]
    verb = "is" if waiting == 1 else "are"
    return f"{said}, {failed:,} failed and {waiting:,} {verb} still to come."


def _findings(report: StudyReport) -> Iterator[str]:
    titles = project_titles(report)
    if len(report["projects"]) > 1 and report["overall"]:
        yield "## Over all projects"
        yield _points([f"{one['classifier']}: {one['sentence']}" for one in report["overall"]])
    found = [
        f"{titles[board['project']]}, {board['classifier']}: {pair['sentence']}"
        for board in report["boards"]
        for pair in board["pairs"]
    ]
    if len(found) > MOST_ROWS:
        yield f"All {len(found):,} comparisons stand in [tables/pairs.md](tables/pairs.md)."
    elif found:
        yield "## In each project"
        yield _points(found)


def _points(sentences: Sequence[str]) -> str:
    return "\n".join(f"- {sentence}" for sentence in sentences)


def _table(table: Table) -> Iterator[str]:
    files = ", ".join(f"[{ending}](tables/{table.name}.{ending})" for ending in ("csv", "tex"))
    if len(table.rows) > MOST_ROWS:
        rows = wording.plural(len(table.rows), "row")
        yield f"**{table.title}** ({rows}): [table](tables/{table.name}.md), {files}"
        return
    yield f"{markdown(table).rstrip()}\n\n{files}"


def _pictures(pictures: Sequence[Picture], kind: str) -> Iterator[str]:
    for one in pictures:
        if one.kind == kind:
            yield from _picture(one)


def _picture(one: Picture) -> Iterator[str]:
    yield f"![{one.title}]({one.file})"
    yield f"*{one.caption}*"
