"""Tables of scores: every arm, arms side by side, labels, and what is missing."""

from __future__ import annotations

from training.studies.report_shape import ArmScores, StudyReport
from training.studies.tables import (
    ARM_COLUMNS,
    BAND,
    COUNT,
    DECIMAL,
    RANGE,
    Column,
    Table,
    board_rows,
    project_titles,
)

COMPACT_NOTE = "Macro-F1 / accuracy in per cent, means over seeds; {}the scores of a project are "
COMPACT_NOTE += "those of one test set."


def scores_table(report: StudyReport) -> Table:
    """One row for each project, classifier and arm: macro-F1, accuracy, and what they rest on.

    Published figures, where the report carries some, stand in columns of their own.
    """
    published = has_references(report)
    rows = [
        (
            *where,
            arm["arm"],
            arm["train_rows"],
            arm["seeds"],
            arm["macro_f1"],
            arm["accuracy"],
            arm["collapsed"],
            *((arm["reference"].get("macro_f1"), arm["reference"].get("accuracy")) * published),
        )
        for where, board in board_rows(report)
        for arm in board["arms"]
    ]
    columns = (*SCORES, *PUBLISHED * published)
    note = "Means over seeds with 95 % intervals over test rows and seeds. Collapsed: runs that "
    note += "name one label nearly always."
    if published:
        note += f" Published: as in {report['reference_source']}."
    return Table(
        name="scores", title="Scores of every arm", columns=columns, rows=tuple(rows), note=note
    )


SCORES = (
    *ARM_COLUMNS,
    Column(title="Rows", form=RANGE),
    Column(title="Seeds", form=COUNT),
    Column(title="Macro-F1", form=BAND),
    Column(title="Accuracy", form=BAND),
    Column(title="Collapsed", form=COUNT),
)
PUBLISHED = (
    Column(title="Published macro-F1", form=DECIMAL),
    Column(title="Published accuracy", form=DECIMAL),
)


def has_references(report: StudyReport) -> bool:
    return any(arm["reference"] for board in report["boards"] for arm in board["arms"])


def compact_tables(report: StudyReport) -> list[Table]:
    """Projects down, arms across, as papers print it: one table for each classifier."""
    titles = project_titles(report)
    return [
        Table(
            name="compact" if len(report["classifiers"]) == 1 else f"compact-{place}",
            title=f"Scores with {classifier}",
            columns=(
                Column(title="Project"),
                *(Column(title=arm["name"]) for arm in report["arms"]),
            ),
            rows=tuple(
                (titles[board["project"]], *(_both(arm) for arm in board["arms"]))
                for board in report["boards"]
                if board["classifier"] == classifier
            ),
            note=COMPACT_NOTE.format("* fewer seeds than planned; " if _short(report) else ""),
        )
        for place, classifier in enumerate(report["classifiers"], 1)
    ]


def _both(arm: ArmScores) -> str | None:
    if arm["macro_f1"] is None or arm["accuracy"] is None:
        return None
    star = "*" if arm["unfinished"] else ""
    return f"{100 * arm['macro_f1']['mean']:.1f} / {100 * arm['accuracy']['mean']:.1f}{star}"


def _short(report: StudyReport) -> bool:
    arms = (arm for board in report["boards"] for arm in board["arms"])
    return any(arm["unfinished"] and arm["seeds"] for arm in arms)


def labels_table(report: StudyReport) -> Table:
    """How well each label is found."""
    rows = [
        (
            *where,
            arm["arm"],
            label["title"],
            label["support"],
            label["f1"],
            label["precision"],
            label["recall"],
        )
        for where, board in board_rows(report)
        for arm in board["arms"]
        for label in arm["labels"]
    ]
    columns = (
        *ARM_COLUMNS,
        Column(title="Label"),
        Column(title="Test rows", form=COUNT),
        Column(title="F1", form=BAND),
        Column(title="Precision", form=DECIMAL),
        Column(title="Recall", form=DECIMAL),
    )
    return Table(
        name="labels",
        title="Scores of every label",
        columns=columns,
        rows=tuple(rows),
        note="Means over seeds; F1 with its 95 % interval over test rows and seeds.",
    )


def unfinished_table(report: StudyReport) -> Table:
    """Cells without a score, and why."""
    rows = [
        (*where, arm["arm"], one["seed"], one["state"], one["sentence"])
        for where, board in board_rows(report)
        for arm in board["arms"]
        for one in arm["unfinished"]
    ]
    columns = (
        *ARM_COLUMNS,
        Column(title="Seed", form=COUNT),
        Column(title="State"),
        Column(title="Why"),
    )
    return Table(name="unfinished", title="Runs without a score", columns=columns, rows=tuple(rows))
