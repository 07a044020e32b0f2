"""Tables of curves and parts: agreement, length, similarity, and amounts."""

from __future__ import annotations

from typing import Literal

from training.studies.report_shape import LENGTH, StudyReport
from training.studies.tables import (
    ARM_COLUMNS,
    BAND,
    BOARD_COLUMNS,
    COUNT,
    SHORT,
    Column,
    Table,
    board_rows,
    marking_first,
)

SLICE_TITLES = {
    "agreement": "agreement of the test row’s votes",
    "length": "length in characters",
    "similarity": "similarity to real training text",
}


def slice_tables(report: StudyReport) -> list[Table]:
    """Scores by quarter of agreement, of length and of similarity."""
    return [_slice_table(report, by, words) for by, words in SLICE_TITLES.items()]


def _slice_table(report: StudyReport, by: str, words: str) -> Table:
    ends = COUNT if by == LENGTH else SHORT
    keys: tuple[Literal["low", "high", "rows", "accuracy", "macro_f1"], ...]
    keys = ("low", "high", "rows", "accuracy", "macro_f1")
    rows = [
        (*where, arm["arm"], *(part[key] for key in keys))
        for where, board in board_rows(report)
        for slices in board["slices"]
        if slices["by"] == by
        for arm in slices["arms"]
        for part in arm["parts"]
    ]
    columns = (
        *ARM_COLUMNS,
        Column(title="From", form=ends),
        Column(title="To", form=ends),
        Column(title="Test rows", form=COUNT),
        Column(title="Accuracy", form=BAND),
        Column(title="Macro-F1", form=BAND),
    )
    return Table(
        name=f"by-{by}",
        title=f"Scores by {words}",
        columns=columns,
        rows=tuple(rows),
        note="About a quarter of the test rows each; equal values stay together.",
    )


def gamma_table(report: StudyReport) -> Table:
    """Accuracy on test rows with agreement of γ or more."""
    rows = [
        (
            *where,
            curve["arm"],
            point["gamma"],
            point["rows"],
            point["accuracy"],
            curve["r_squared"] if first else "",
            curve["rho"] if first else "",
        )
        for where, board in board_rows(report)
        for curve in board["gammas"]
        for first, point in marking_first(curve["points"])
    ]
    columns = (
        *ARM_COLUMNS,
        Column(title="γ", form=SHORT, key="gamma"),
        Column(title="Test rows", form=COUNT),
        Column(title="Accuracy", form=BAND),
        Column(title="R²", form=SHORT, key="r_squared"),
        Column(title="ρ", form=SHORT, key="rho"),
    )
    return Table(
        name="gamma",
        title="Accuracy over γ on the test rows",
        columns=columns,
        rows=tuple(rows),
        note="Points share rows: R² of the line through them and Spearman’s ρ describe the "
        "points and test nothing.",
    )


def amounts_table(report: StudyReport) -> Table:
    """Macro-F1 over the amount of rows."""
    rows = [
        (*where, curve["title"], point["amount"], point["macro_f1"], point["arm"])
        for where, board in board_rows(report)
        for curve in board["amounts"]
        for point in curve["points"]
    ]
    columns = (
        *BOARD_COLUMNS,
        Column(title="Source"),
        Column(title="N", form=COUNT, key="amount"),
        Column(title="Macro-F1", form=BAND),
        Column(title="Arm"),
    )
    return Table(
        name="amounts", title="Macro-F1 over the amount", columns=columns, rows=tuple(rows)
    )
