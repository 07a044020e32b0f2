"""Macro-F1 of every arm of one project and classifier, as dots with intervals."""

from __future__ import annotations

from training.charts.drawing import ACCENT, SOFT, Drawing
from training.charts.rows import DotRow, Key, Mark, dot_rows
from training.studies.report_shape import ArmScores, Band, Board
from training.studies.report_words import interval


def arms_chart(board: Board, *, title: str) -> list[Drawing]:
    """One drawing; none where no arm has a score."""
    scored = [arm for arm in board["arms"] if arm["macro_f1"] is not None]
    if not scored:
        return []
    published = any("macro_f1" in arm["reference"] for arm in scored)
    keys = (
        Key(words="measured here, 95 % interval", kind=ACCENT),
        Key(words="published", kind=SOFT, shape="diamond", hollow=True),
    )
    drawing = dot_rows(
        [_row(arm) for arm in board["arms"]],
        title=title,
        description=_described(board, scored),
        axis_title="macro-F1",
        keys=keys if published else (),
    )
    return [drawing]


def _row(arm: ArmScores) -> DotRow:
    if arm["macro_f1"] is None:
        state = arm["unfinished"][0]["state"] if arm["unfinished"] else "waiting"
        return DotRow(name=arm["arm"], said=f"no score: {state}")
    marks = [Mark(band=arm["macro_f1"], kind=ACCENT)]
    value = arm["reference"].get("macro_f1")
    if value is not None:
        band = Band(mean=value, low=value, high=value)
        said = f"{arm['arm']}, published: {value:.3f}"
        marks.append(Mark(band=band, kind=SOFT, shape="diamond", hollow=True, said=said))
    note = f"{arm['collapsed']} of {arm['seeds']} collapsed" if arm["collapsed"] else ""
    numbers = interval(arm["macro_f1"])
    return DotRow(name=arm["arm"], said=numbers, tracks=(tuple(marks),), note=note)


def _described(board: Board, scored: list[ArmScores]) -> str:
    best = max(scored, key=lambda arm: arm["macro_f1"]["mean"] if arm["macro_f1"] else 0)
    assert best["macro_f1"] is not None
    return (
        f"{len(scored)} of {len(board['arms'])} arms have a score, on {board['test_rows']:,} test "
        f"rows. The highest is {best['arm']} with macro-F1 {interval(best['macro_f1'])}."
    )
