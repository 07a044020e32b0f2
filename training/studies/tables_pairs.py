"""Tables of differences: planned comparisons, and what real text is ahead."""

from __future__ import annotations

from training.studies.report_shape import Budget, StudyReport
from training.studies.tables import (
    BOARD_COLUMNS,
    COUNT,
    DECIMAL,
    DIFFERENCE,
    P_VALUE,
    RANK,
    SHORT,
    Column,
    Table,
    board_rows,
    marking_first,
    project_titles,
)

ARMS = (Column(title="First"), Column(title="Second"))
DIFFERENCES = Column(title="Macro-F1, first − second", form=DIFFERENCE, key="difference")
P_VALUES = (
    Column(title="p", form=P_VALUE),
    Column(title="p, corrected", form=P_VALUE, key="p_holm"),
)
OVERALL = (
    Column(title="Classifier"),
    *ARMS,
    Column(title="Projects", form=COUNT),
    Column(title="First higher", form=COUNT, key="higher"),
    Column(title="Lower", form=COUNT),
)
PAIRS_NOTE = (
    "95 % intervals and p-values take seeds and test rows both as drawn by chance (Dorfman, "
    "Berbaum and Metz 1992; Hillis 2007). Corrected over all rows of this table by Holm’s method. "
    "Rows, steps: whether both arms had the same to learn from."
)
OVERALL_NOTE = (
    "Interval and p-value by Student’s t over projects: they ask about other projects like these. "
    "Corrected over all rows of this table by Holm’s method."
)


def pairs_table(report: StudyReport) -> Table:
    """The planned comparisons on every board."""
    rows = [
        (
            *where,
            pair["first"],
            pair["second"],
            pair["difference"],
            pair["p"],
            pair["p_holm"],
            pair["seeds"],
            *_budget(pair["budget"]),
        )
        for where, board in board_rows(report)
        for pair in board["pairs"]
    ]
    columns = (
        *BOARD_COLUMNS,
        *ARMS,
        DIFFERENCES,
        *P_VALUES,
        Column(title="Seeds", form=COUNT),
        Column(title="Rows"),
        Column(title="Steps"),
    )
    return Table(
        name="pairs",
        title="Planned comparisons",
        columns=columns,
        rows=tuple(rows),
        note=PAIRS_NOTE,
    )


def _budget(budget: Budget | None) -> tuple[str | None, str | None]:
    if budget is None:
        return None, None
    known = budget["first_steps"] is not None and budget["second_steps"] is not None
    rows, steps = ("same" if budget[key] else "differ" for key in ("same_rows", "same_steps"))
    return rows, steps if known else None


def overall_table(report: StudyReport) -> Table:
    """The planned comparisons over all projects together."""
    alone = any(one["difference"] is None for one in report["overall"])
    rows = [
        (
            one["classifier"],
            one["first"],
            one["second"],
            one["projects"],
            one["higher"],
            one["lower"],
            one["difference"],
            *((one["mean"],) * alone),
            one["p"],
            one["p_holm"],
        )
        for one in report["overall"]
    ]
    mean = (Column(title="Mean", form=DECIMAL),) * alone
    return Table(
        name="overall",
        title="Planned comparisons over all projects",
        columns=(*OVERALL, DIFFERENCES, *mean, *P_VALUES),
        rows=tuple(rows),
        note=OVERALL_NOTE,
    )


def gaps_table(report: StudyReport) -> Table:
    """Real minus synthetic, the most objective task first."""
    titles = project_titles(report)
    rows = [
        (
            gaps["classifier"],
            gaps["real"],
            gaps["arm"],
            titles[point["project"]],
            point["rank"],
            point["gap"],
            gaps["rho"] if first else "",
        )
        for gaps in report["gaps"]
        for first, point in marking_first(gaps["points"])
    ]
    columns = (
        Column(title="Classifier"),
        Column(title="Real arm", key="real"),
        Column(title="Arm"),
        Column(title="Project"),
        Column(title="Objectivity rank", form=RANK, key="rank"),
        Column(title="Macro-F1, real − arm", form=DIFFERENCE, key="gap"),
        Column(title="ρ", form=SHORT, key="rho"),
    )
    return Table(
        name="gaps",
        title="What real text is ahead",
        columns=columns,
        rows=tuple(rows),
        note="Rank 1 is the most objective task. ρ: Spearman’s between rank and gap.",
    )
