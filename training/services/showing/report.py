"""A study's report as its page shows it: every number with the runs it came from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from training.charts.figures import Figure, figures
from training.charts.png import can_draw
from training.models import Study
from training.services.showing.report_lines import (
    ArmLine,
    PairLine,
    RunLink,
    arm_line,
    overall_line,
    pair_line,
    run_links,
)
from training.studies.report_shape import (
    VERSION,
    Board,
    StudyReport,
)
from training.studies.report_tables import report_tables
from training.studies.tables import TEXT, Table, project_titles
from training.studies.tables_as import words

MOST_FINDINGS = 12  # said at the top; the tables have all


@dataclass(frozen=True, kw_only=True)
class FigureShown:
    """One drawing with what stands below it."""

    figure: Figure
    caption: str  # "" where the figure before it has the same
    table: str  # anchor of the table with its numbers; "" without
    png: bool  # whether there is a PNG of it


@dataclass(frozen=True, kw_only=True)
class BoardShown:
    """One project with one classifier."""

    anchor: str
    slug: str
    project: str  # title
    classifier: str
    test_rows: int
    arms: list[ArmLine]
    published: bool
    pairs: list[PairLine]
    figures: list[FigureShown]


@dataclass(frozen=True, kw_only=True)
class TableShown:
    anchor: str
    table: Table
    heads: list[tuple[str, bool]]  # title, whether it is a number
    rows: list[list[tuple[str, bool]]]


@dataclass(frozen=True, kw_only=True)
class ReportShown:
    findings: list[str]
    further: int  # findings that stand in the tables only
    boards: list[BoardShown]
    overall: list[PairLine]
    figures: list[FigureShown]  # over all projects
    tables: list[TableShown]
    reference_source: str


def report_of(study: Study) -> StudyReport | None:
    """The stored report; None where there is none, or another release wrote it."""
    report: StudyReport | None = study.report
    return report if report and report.get("version") == VERSION else None


def report_shown(study: Study, report: StudyReport) -> ReportShown:
    tables = [_table(one) for one in report_tables(report)]
    drawn = _drawn(report, {one.table.name: one.anchor for one in tables})
    links, findings = run_links(study), _findings(report)
    return ReportShown(
        findings=findings[:MOST_FINDINGS],
        further=max(0, len(findings) - MOST_FINDINGS),
        boards=[_board(report, board, links, drawn) for board in report["boards"]],
        overall=[overall_line(one) for one in report["overall"]] if several(report) else [],
        figures=_captioned([one for one in drawn if not one.figure.project]),
        tables=tables,
        reference_source=report["reference_source"],
    )


def several(report: StudyReport) -> bool:
    """Whether there is something to say over projects."""
    return len(report["projects"]) > 1


def _drawn(report: StudyReport, anchors: dict[str, str]) -> list[FigureShown]:
    png = can_draw()
    return [
        FigureShown(
            figure=one,
            caption=one.caption,
            table=anchors.get(one.kind, ""),
            png=png,
        )
        for one in figures(report)
    ]


def _captioned(drawn: Sequence[FigureShown]) -> list[FigureShown]:
    """A caption is said once, below the first figure of its kind."""
    said: set[str] = set()
    shown = []
    for one in drawn:
        shown.append(one if one.caption not in said else replace(one, caption=""))
        said.add(one.caption)
    return shown


def _findings(report: StudyReport) -> list[str]:
    """What comes first: over all projects where there are several, else pair by pair."""
    alone = len(report["classifiers"]) == 1
    if several(report) and report["overall"]:
        said = [(one["classifier"], one["sentence"]) for one in report["overall"]]
    else:
        said = [
            (board["classifier"], pair["sentence"])
            for board in report["boards"]
            for pair in board["pairs"]
        ]
    return [sentence if alone else f"{classifier}: {sentence}" for classifier, sentence in said]


def _board(
    report: StudyReport,
    board: Board,
    links: dict[tuple[str, str, str], list[RunLink]],
    drawn: Sequence[FigureShown],
) -> BoardShown:
    slug, classifier = board["project"], board["classifier"]
    arms = [arm_line(one, links.get((slug, classifier, one["arm"]), [])) for one in board["arms"]]
    return BoardShown(
        anchor=f"board-{report['boards'].index(board) + 1}",
        slug=slug,
        project=project_titles(report)[slug],
        classifier=classifier,
        test_rows=board["test_rows"],
        arms=arms,
        published=any(arm.published for arm in arms),
        pairs=[pair_line(pair) for pair in board["pairs"]],
        figures=_captioned(
            [
                one
                for one in drawn
                if (one.figure.project, one.figure.classifier) == (slug, classifier)
            ]
        ),
    )


def _table(table: Table) -> TableShown:
    numbers = [column.form != TEXT for column in table.columns]
    return TableShown(
        anchor=f"table-{table.name}",
        table=table,
        heads=[(column.title, column.form != TEXT) for column in table.columns],
        rows=[
            [
                (words(cell, column.form), number)
                for cell, column, number in zip(row, table.columns, numbers, strict=True)
            ]
            for row in table.rows
        ],
    )
