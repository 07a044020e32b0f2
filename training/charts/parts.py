"""Accuracy by quarter of the test rows' agreement, length or similarity to real text."""

from __future__ import annotations

from training.charts import axes
from training.charts.drawing import Drawing
from training.charts.lines import Place, Series, line_charts
from training.studies.report_shape import LENGTH, ArmSlices, Part, Slices
from training.studies.report_words import interval

TITLES = {
    "agreement": "agreement of the test rows",
    "length": "length of the test rows, characters",
    "similarity": "similarity to real training text, cosine",
}


def parts_chart(slices: Slices, *, title: str) -> list[Drawing]:
    """No drawing without an arm."""
    if not slices["arms"]:
        return []
    parts = slices["arms"][0]["parts"]
    last = max(1, len(parts) - 1)
    places = [
        Place(x=at / last, words=_ends(part, slices["by"]), below=f"n = {part['rows']:,}")
        for at, part in enumerate(parts)
    ]
    return line_charts(
        places,
        [
            Series(
                name=arm["arm"],
                points=tuple((at, part["accuracy"]) for at, part in enumerate(arm["parts"])),
            )
            for arm in slices["arms"]
        ],
        title=title,
        description=" ".join(_described(arm) for arm in slices["arms"]),
        across=TITLES[slices["by"]],
        up="accuracy",
    )


def _ends(part: Part, by: str) -> str:
    """
    >>> band = {"mean": 0.0, "low": 0.0, "high": 0.0}
    >>> part = Part(low=0.6, high=0.8, rows=3, accuracy=band, macro_f1=band)
    >>> _ends(part, "agreement")
    '0.60–0.80'
    """
    low, high = (
        axes.minus(f"{end:,.0f}" if by == LENGTH else f"{end:.2f}")
        for end in (part["low"], part["high"])
    )
    return low if low == high else f"{low}–{high}"


def _described(arm: ArmSlices) -> str:
    first, last = arm["parts"][0], arm["parts"][-1]
    return (
        f"{arm['arm']}: accuracy {interval(first['accuracy'])} in the lowest part, "
        f"{interval(last['accuracy'])} in the highest."
    )
