"""Files of a study's report to take along: made when asked for, from the stored report alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

from training.charts.figures import Figure, figures, sheets
from training.studies.report_shape import StudyReport
from training.studies.report_tables import report_tables
from training.studies.tables import Table
from training.studies.tables_as import as_csv, latex, markdown

TABLE_FORMS: dict[str, tuple[str, Callable[[Table], str]]] = {
    "md": ("text/markdown", markdown),
    "tex": ("text/x-tex", latex),
    "csv": ("text/csv", as_csv),
}


@dataclass(frozen=True, kw_only=True)
class ReportFile:
    """One file."""

    name: str
    kind: str  # MIME type
    content: bytes


def report_file(report: StudyReport, name: str) -> ReportFile | None:
    """The file of that name below a study's files; None where there is none.

    Names: report.json, report.md, tables/NAME.md|tex|csv, figures/NAME.svg|png.
    """
    folder, _, rest = name.rpartition("/")
    stem, _, ending = rest.rpartition(".")
    if name == "report.json":
        text = json.dumps(report, indent=1, ensure_ascii=False) + "\n"
        return ReportFile(name=rest, kind="application/json", content=text.encode())
    if folder == "tables" and ending in TABLE_FORMS:
        return _table(report, stem, ending)
    if folder == "figures" and ending == "svg":
        return _figure(report, stem)
    return None


def figure_of(report: StudyReport, name: str) -> Figure | None:
    return next((one for one in (*figures(report), *sheets(report)) if one.name == name), None)


def _table(report: StudyReport, name: str, ending: str) -> ReportFile | None:
    kind, write = TABLE_FORMS[ending]
    for table in report_tables(report):
        if table.name == name:
            text = write(table)
            return ReportFile(name=f"{name}.{ending}", kind=kind, content=text.encode())
    return None


def _figure(report: StudyReport, name: str) -> ReportFile | None:
    figure = figure_of(report, name)
    if figure is None:
        return None
    content = figure.drawing.svg().encode()
    return ReportFile(name=f"{name}.svg", kind="image/svg+xml", content=content)
