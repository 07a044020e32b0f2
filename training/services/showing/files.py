"""Files of a study's report to take along: made when asked for, from the stored report alone."""

from __future__ import annotations

import io
import mimetypes
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass

from training.charts.report_files import Content, report_files
from training.studies.report_shape import StudyReport

EVERYTHING = "everything.zip"
KINDS = {"md": "text/markdown", "tex": "text/x-tex", "csv": "text/csv", "svg": "image/svg+xml"}
MADE = (1980, 1, 1, 0, 0, 0)  # of every file in the zip, so that the same report is the same zip


@dataclass(frozen=True, kw_only=True)
class ReportFile:
    """One file."""

    name: str
    kind: str  # MIME type
    content: bytes


def report_file(report: StudyReport, path: str) -> ReportFile | None:
    """The file at a path below a study's files; None where there is none.

    Paths: those of `report_files`, such as report.md or tables/scores.csv, and everything.zip.
    """
    files = report_files(report)
    name = path.rpartition("/")[2]
    if path == EVERYTHING:
        return ReportFile(name=name, kind="application/zip", content=_zip(files))
    if path not in files:
        return None
    return ReportFile(name=name, kind=_kind(name), content=files[path]())


def _kind(name: str) -> str:
    ending = name.rpartition(".")[2]
    return KINDS.get(ending) or mimetypes.guess_type(name)[0] or "application/octet-stream"


def _zip(files: Mapping[str, Content]) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(files):
            archive.writestr(zipfile.ZipInfo(path, MADE), files[path](), zipfile.ZIP_DEFLATED)
    return sink.getvalue()
