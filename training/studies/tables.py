"""A study's report as tables of values; `tables_as` writes them as Markdown, LaTeX and CSV.

Every table is made from the report alone, so that pages, files and figures never disagree. By
what they show: `tables_scores`, `tables_pairs`, `tables_curves`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from training.studies.report_shape import Board, StudyReport

# How a cell is written; in every form None is a dash and "" says nothing.
TEXT = "text"  # str
COUNT = "count"  # int
DECIMAL = "decimal"  # float, three digits
SHORT = "short"  # float, two digits
RANK = "rank"  # float without trailing zeros
P_VALUE = "p_value"  # float in [0, 1]
RANGE = "range"  # [least, most], one number where they are the same
BAND = "band"  # Band
DIFFERENCE = "difference"  # Band with its sign

FORMS = (TEXT, COUNT, DECIMAL, SHORT, RANK, P_VALUE, RANGE, BAND, DIFFERENCE)

Cell = Any  # as the column's form says
Row = tuple[Cell, ...]


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of a table."""

    title: str
    form: str = TEXT  # one of FORMS
    key: str = ""  # its name in CSV; made of the title if ""


@dataclass(frozen=True, kw_only=True)
class Table:
    """Rows to read, each as long as the columns."""

    name: str  # of its files: letters, digits, hyphens
    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    note: str = ""


BOARD_COLUMNS = (Column(title="Project"), Column(title="Classifier"))
ARM_COLUMNS = (*BOARD_COLUMNS, Column(title="Arm"))


def board_rows(report: StudyReport) -> Iterator[tuple[Row, Board]]:
    """Each board with the cells that say which it is: the project's title and the classifier."""
    titles = project_titles(report)
    for board in report["boards"]:
        yield (titles[board["project"]], board["classifier"]), board


def project_titles(report: StudyReport) -> dict[str, str]:
    return {project["slug"]: project["title"] for project in report["projects"]}


def marking_first(values: Sequence[Any]) -> Iterator[tuple[bool, Any]]:
    """
    >>> list(marking_first("ab"))
    [(True, 'a'), (False, 'b')]
    """
    return ((at == 0, value) for at, value in enumerate(values))
