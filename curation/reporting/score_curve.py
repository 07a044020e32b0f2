"""Scores over thresholds: lines with bands, horizontal lines to compare with, one value marked.

Lines cannot be drawn in percentages, so they live in a box that is 100 wide and is stretched to
the drawing's width; heights are pixels throughout.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from curation.reporting.scale import Axis, Tick, covering

HEIGHT = 232  # pixels between the top and the bottom line


@dataclass(frozen=True, kw_only=True)
class Spot:
    """One measured value with its interval."""

    x: float
    mean: float
    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class Series:
    """A line to draw; its spots go from left to right."""

    title: str
    role: str  # CSS class: "chosen" or "random"
    spots: Sequence[Spot]


@dataclass(frozen=True, kw_only=True)
class Level:
    """A horizontal line to draw."""

    title: str
    role: str  # CSS class
    mean: float
    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class Line:
    title: str
    role: str
    points: str  # of a polyline
    band: str  # of a polygon; "" with fewer than two spots
    dots: list[tuple[float, float]]  # percent, pixels


@dataclass(frozen=True, kw_only=True)
class Across:
    title: str
    role: str
    y: float  # pixels
    score: str  # "0.570 (0.562 to 0.578)"


@dataclass(frozen=True, kw_only=True)
class Rung:
    y: float  # pixels
    text: str


@dataclass(frozen=True, kw_only=True)
class ScoreChart:
    lines: list[Line]
    across: list[Across]
    rungs: list[Rung]
    ticks: list[Tick]
    low: float  # x at the left end
    high: float  # x at the right end
    mark: float | None  # percent; the value that is looked at
    height: int = HEIGHT


def score_chart(
    series: Sequence[Series],
    levels: Sequence[Level],
    *,
    low: float,
    high: float,
    step: float,
    mark: float | None = None,
) -> ScoreChart | None:
    """The chart; None when there is nothing to draw.

    Args:
        series: drawn in this order, later ones above earlier ones.
        levels: horizontal lines.
        low, high: the ends of the horizontal axis, low < high.
        step: between its ticks.
        mark: where to draw the upright line; none where it is outside the axis.
    """
    ends = [end for one in series for spot in one.spots for end in (spot.low, spot.high)]
    ends += [end for level in levels for end in (level.low, level.high, level.mean)]
    if not ends:
        return None
    scale, rung = covering(ends)
    across = Axis(low=low, high=high)

    def y(score: float) -> float:
        return round(HEIGHT * (1 - scale.at(score) / 100), 2)

    first = round(scale.low / rung)
    last = round(scale.high / rung)
    digits = 3 if rung < 0.01 else 2
    return ScoreChart(
        lines=[_line(one, across, scale) for one in series],
        across=[
            Across(title=one.title, role=one.role, y=y(one.mean), score=written(one))
            for one in levels
        ],
        rungs=[
            Rung(y=y(number * rung), text=f"{number * rung:.{digits}f}")
            for number in range(first, last + 1)
        ],
        ticks=across.ticks(step=step),
        low=low,
        high=high,
        mark=across.at(mark) if mark is not None and low <= mark <= high else None,
    )


def written(one: Level | Spot) -> str:
    """
    >>> written(Spot(x=0.8, mean=0.57, low=0.5624, high=0.578))
    '0.570 (0.562 to 0.578)'
    """
    return f"{one.mean:.3f} ({one.low:.3f} to {one.high:.3f})"


def _line(one: Series, across: Axis, scale: Axis) -> Line:
    def at(x: float, score: float) -> str:
        return f"{across.at(x):g},{HEIGHT * (1 - scale.at(score) / 100):.2f}"

    there = [at(spot.x, spot.high) for spot in one.spots]
    back = [at(spot.x, spot.low) for spot in reversed(one.spots)]
    return Line(
        title=one.title,
        role=one.role,
        points=" ".join(at(spot.x, spot.mean) for spot in one.spots),
        band=" ".join(there + back) if len(one.spots) > 1 else "",
        dots=[
            (across.at(spot.x), round(HEIGHT * (1 - scale.at(spot.mean) / 100), 2))
            for spot in one.spots
        ],
    )
