"""Macro-F1 over the amount of rows, one line for each source whose amount is varied."""

from __future__ import annotations

import math

from training.charts.drawing import Drawing
from training.charts.lines import Place, Series, line_charts
from training.studies.report_shape import AmountCurve, Board
from training.studies.report_words import interval

FAR = 8.0  # times from the least to the most amount from which on the axis is logarithmic


def amounts_chart(board: Board, *, title: str) -> list[Drawing]:
    """No drawing where no source comes in two amounts."""
    curves = board["amounts"]
    amounts = sorted({point["amount"] for curve in curves for point in curve["points"]})
    if not amounts:
        return []
    places = amount_places(amounts)
    logarithmic = amounts[-1] > FAR * min(
        amount for amount in amounts if amount or len(amounts) == 1
    )
    return line_charts(
        places,
        [
            Series(
                name=curve["title"],
                points=tuple(
                    (amounts.index(point["amount"]), point["macro_f1"]) for point in curve["points"]
                ),
            )
            for curve in curves
        ],
        title=title,
        description=" ".join(_described(curve) for curve in curves),
        across="rows N, logarithmic" if logarithmic else "rows N",
        up="macro-F1",
    )


def amount_places(amounts: list[int]) -> list[Place]:
    """Places in proportion, or by logarithm where the most is far from the least.

    On a logarithmic axis 0 stands one step to the left of the least amount above it.

    >>> [round(place.x, 2) for place in amount_places([0, 100, 1000])]
    [0.0, 0.5, 1.0]
    >>> [place.x for place in amount_places([0, 100, 200])]
    [0.0, 0.5, 1.0]
    """
    positive = [amount for amount in amounts if amount]
    if positive and positive[-1] > FAR * positive[0]:
        least = math.log(positive[0])
        step = (math.log(positive[-1]) - least) / max(1, len(positive) - 1)
        at = [math.log(amount) if amount else least - step for amount in amounts]
    else:
        at = [float(amount) for amount in amounts]
    spread = (at[-1] - at[0]) or 1.0
    return [
        Place(x=(value - at[0]) / spread, words=f"{amount:,}")
        for value, amount in zip(at, amounts, strict=True)
    ]


def _described(curve: AmountCurve) -> str:
    first, last = curve["points"][0], curve["points"][-1]
    return (
        f"{curve['title']}: macro-F1 {interval(first['macro_f1'])} at N = "
        f"{first['amount']:,}, {interval(last['macro_f1'])} at N = {last['amount']:,}."
    )
