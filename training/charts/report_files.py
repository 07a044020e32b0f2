"""Every file of a study's report: the text, its tables and figures, and the numbers themselves."""

from __future__ import annotations

import fcntl
import glob
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from training.charts.figures import CAPTIONS, Figure, figures, sheets
from training.charts.png import as_png, can_draw
from training.fitting.run_folder import write_whole
from training.studies.report_shape import StudyReport
from training.studies.report_tables import report_tables
from training.studies.report_text import Picture, report_markdown
from training.studies.tables import Table
from training.studies.tables_as import as_csv, latex, markdown

TABLES: dict[str, Callable[[Table], str]] = {"md": markdown, "tex": latex, "csv": as_csv}
Content = Callable[[], bytes]


def report_files(report: StudyReport) -> dict[str, Content]:
    """Path below the report's folder → what makes its bytes, the text first.

    report.md, report.json, tables/NAME.md|tex|csv, figures/NAME.svg, and figures/NAME.png where
    the library for it is installed. All of them say the same numbers.
    """
    tables = report_tables(report)
    single = figures(report)
    whole, png = sheets(report, single), can_draw()
    files: dict[str, Content] = {
        "report.md": lambda: report_markdown(report, tables, pictures(single, whole)).encode(),
        "report.json": lambda: as_json(report).encode(),
    }
    for table in tables:
        for ending, write in TABLES.items():
            files[f"tables/{table.name}.{ending}"] = partial(_written, write, table)
    for figure in (*single, *whole):
        files[f"figures/{figure.name}.svg"] = partial(_svg, figure)
        if png:
            files[f"figures/{figure.name}.png"] = partial(_png, figure)
    return files


def write_files(folder: Path, files: Mapping[str, Content]) -> list[Path]:
    """Write files below `folder`, each whole or not at all; their paths, in the order written.

    Killed in between, the same call again completes them and sweeps away what was left. Several
    processes wait for each other.

    Raises:
        OSError: the folder cannot be written into.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    with _alone(folder):
        for name, content in files.items():
            path = folder / name
            path.parent.mkdir(exist_ok=True)
            for left in path.parent.glob(f"{glob.escape(path.name)}.*.part"):
                left.unlink()
            write_whole(path, content())
            written.append(path)
    return written


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the folder itself; the kernel lets go of it if its holder dies."""
    holder = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(holder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(holder)


def as_json(report: StudyReport) -> str:
    return json.dumps(report, indent=1, ensure_ascii=False) + "\n"


def pictures(single: Sequence[Figure], whole: Sequence[Figure]) -> list[Picture]:
    """What the text shows: the figure of all projects, or the single one of its kind."""
    of_all = {(one.kind, one.classifier): one for one in whole}
    shown: dict[tuple[str, str], Figure] = {}
    for one in single:
        shown.setdefault((one.kind, one.classifier), of_all.get((one.kind, one.classifier), one))
    return [
        Picture(
            kind=one.kind,
            file=f"figures/{one.name}.svg",
            title=one.drawing.title,
            caption=CAPTIONS[one.kind],
        )
        for one in shown.values()
    ]


def _written(write: Callable[[Table], str], table: Table) -> bytes:
    return write(table).encode()


def _svg(figure: Figure) -> bytes:
    return figure.drawing.svg().encode()


def _png(figure: Figure) -> bytes:
    return as_png(figure.drawing.svg())
