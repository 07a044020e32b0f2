"""What real text is ahead of arms without it, the most objective task first."""

from __future__ import annotations

from collections.abc import Sequence

from curation.reporting import wording
from training.charts import axes
from training.charts.drawing import SHAPES, Drawing, series_class
from training.charts.rows import DotRow, Key, Mark, dot_rows
from training.studies.report_shape import Gaps, StudyReport
from training.studies.report_words import difference
from training.studies.tables import project_titles

MOST = 6  # arms in one drawing


def gaps_chart(report: StudyReport, gaps: Sequence[Gaps], *, title: str) -> list[Drawing]:
    """One row for each project, one mark for each arm; several drawings for more than six arms.

    Args:
        gaps: of one classifier.
    """
    parts = axes.groups(gaps, most=MOST)
    return [
        _drawing(report, part, f"{title} ({number} of {len(parts)})" if len(parts) > 1 else title)
        for number, part in enumerate(parts, 1)
    ]


def _drawing(report: StudyReport, gaps: Sequence[Gaps], title: str) -> Drawing:
    names = project_titles(report)
    order = {
        point["project"]: (point["rank"] is None, point["rank"] or 0, point["project"])
        for one in gaps
        for point in one["points"]
    }
    return dot_rows(
        [_row(slug, names[slug], gaps) for slug in sorted(order, key=order.__getitem__)],
        title=title,
        description=" ".join(_described(one, names) for one in gaps),
        axis_title=f"macro-F1 of {_real(gaps)} minus that of the arm",
        zero=True,
        keys=[
            Key(words=_words(one), kind=series_class(place), shape=SHAPES[place % len(SHAPES)])
            for place, one in enumerate(gaps)
        ],
    )


def _real(gaps: Sequence[Gaps]) -> str:
    names = {one["real"] for one in gaps}
    return names.pop() if len(names) == 1 else "real text"


def _row(slug: str, name: str, gaps: Sequence[Gaps]) -> DotRow:
    marks, ranks = [], []
    for place, one in enumerate(gaps):
        for point in one["points"]:
            if point["project"] == slug:
                shape = SHAPES[place % len(SHAPES)]
                said = f"{one['arm']}: {difference(point['gap'])}"
                kind = series_class(place)
                marks.append(Mark(band=point["gap"], kind=kind, shape=shape, said=said))
                ranks.append(point["rank"])
    rank = "not ranked" if ranks[0] is None else f"rank {ranks[0]:g}"
    return DotRow(name=name, said=rank, tracks=tuple((mark,) for mark in marks))


def _words(one: Gaps) -> str:
    if one["rho"] is None:
        return one["arm"]
    return f"{one['arm']}  ρ {wording.decimal(one['rho'], 2)}"


def _described(one: Gaps, names: dict[str, str]) -> str:
    first, last = one["points"][0], one["points"][-1]
    return (
        f"{one['arm']}: {difference(first['gap'])} in {names[first['project']]}, "
        f"{difference(last['gap'])} in {names[last['project']]}."
    )
