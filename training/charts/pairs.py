"""A planned comparison in every project and over all of them, as a forest plot."""

from __future__ import annotations

from training.charts.drawing import ACCENT, INK, Drawing
from training.charts.rows import DotRow, Key, Mark, dot_rows
from training.studies.report_shape import Overall, Pair, StudyReport
from training.studies.report_words import difference, is_sure
from training.studies.tables import project_titles


def pairs_chart(report: StudyReport, one: Overall, *, title: str) -> list[Drawing]:
    """The comparison `one` of the report's overall ones; no drawing where no project has it.

    Filled dots are differences that stand after the correction for all comparisons.
    """
    names = project_titles(report)
    rows = [
        _row(names[board["project"]], pair)
        for board in report["boards"]
        if board["classifier"] == one["classifier"]
        for pair in board["pairs"]
        if (pair["first"], pair["second"]) == (one["first"], one["second"])
    ]
    if not any(row.tracks for row in rows):
        return []
    if one["difference"] is not None:
        band = one["difference"]
        mark = Mark(band=band, kind=INK, shape="lozenge")
        rows.append(DotRow(name="All projects", said=difference(band), tracks=((mark,),)))
    drawing = dot_rows(
        rows,
        title=title,
        description=one["sentence"],
        axis_title="difference of macro-F1",
        zero=True,
        keys=(
            Key(words="stands after correction for all comparisons", kind=ACCENT),
            Key(words="does not", kind=ACCENT, hollow=True),
        ),
    )
    return [drawing]


def _row(name: str, pair: Pair) -> DotRow:
    if pair["difference"] is None:
        return DotRow(name=name, said="cannot be compared")
    mark = Mark(band=pair["difference"], kind=ACCENT, hollow=not is_sure(pair["p_holm"]))
    return DotRow(name=name, said=difference(pair["difference"]), tracks=((mark,),))
