"""Lines with intervals over a few places, one line for each series."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from curation.reporting.scale import Axis
from training.charts import axes
from training.charts.drawing import (
    DASHES,
    EDGE,
    GRID,
    HEAD_LINE,
    SERIES,
    SHAPES,
    SMALL,
    SOFT,
    WIDTH,
    Drawing,
    dot,
    heading,
    line,
    polyline,
    series_class,
    shortened,
    text,
    width_of,
)
from training.studies.report_shape import Band
from training.studies.report_words import interval

LEFT, RIGHT, TOP, BOTTOM = 44, 20, 30, 58
HEIGHT = 200  # pixels of the frame
LINE = 16  # pixels between lines of the legend
MOST = 6  # series in one drawing
DODGE = 3.0  # pixels between series at one place, so that intervals do not hide each other


@dataclass(frozen=True, kw_only=True)
class Place:
    """A place along the horizontal axis."""

    x: float  # in [0, 1]
    words: str
    below: str = ""  # a second line, for example the rows


@dataclass(frozen=True, kw_only=True)
class Series:
    name: str
    points: tuple[tuple[int, Band], ...]  # number of the place, value
    note: str = ""  # after the name in the legend


def line_charts(
    places: Sequence[Place],
    series: Sequence[Series],
    *,
    title: str,
    description: str,
    across: str,
    up: str,
) -> list[Drawing]:
    """One drawing for up to six series, several on the same axes for more, none without any.

    Args:
        places: by rising x.
        series: drawn in this order; each is told apart by colour, shape and dashes.
        across, up: titles of the axes.
    """
    axis, step = axes.fitting([band for one in series for _, band in one.points])
    drawings = []
    groups = axes.groups(series, most=MOST)
    for number, group in enumerate(groups, 1):
        name = f"{title} ({number} of {len(groups)})" if len(groups) > 1 else title
        head = heading(name)
        legend = TOP + HEAD_LINE * (len(head) - 1)
        top = legend + LINE * len(group) + 22
        marks = [*head, *_legend(group, legend)]
        marks += _frame(places, axis, step, top, across, up)
        for at, one in enumerate(group):
            shift = DODGE * (at - (len(group) - 1) / 2)
            marks += _line(one, at, places, axis, top, shift)
        drawings.append(
            Drawing(
                title=name,
                description=description,
                width=WIDTH,
                height=top + HEIGHT + BOTTOM,
                marks=tuple(marks),
            )
        )
    return drawings


def _legend(series: Sequence[Series], top: float) -> Iterator[str]:
    for number, one in enumerate(series):
        y, kind = top + LINE * number + 2, series_class(number)
        yield line(EDGE, y, 38, y, kind, width=1.5, dashes=_dashes(number))
        yield dot(26, y, kind, shape=_shape(number))
        words = f"{one.name}  {one.note}".strip()
        yield text(44, y + 4, shortened(words, WIDTH - 44 - EDGE, size=SMALL), SOFT, size=SMALL)


def _frame(
    places: Sequence[Place], axis: Axis, step: float, top: float, across: str, up: str
) -> Iterator[str]:
    yield text(EDGE, top - 10, up, SOFT, size=SMALL)
    for tick in axis.ticks(step=step):
        y = _y(axis, float(tick.text), top)
        yield line(LEFT, y, WIDTH - RIGHT, y, GRID)
        yield text(LEFT - 6, y + 4, axes.minus(tick.text), SOFT, size=SMALL, anchor="end")
    bottom = top + HEIGHT
    free = float(WIDTH)
    for place in reversed(places):
        yield line(_x(place), bottom, _x(place), bottom + 4, SOFT)
        half = width_of(max(place.words, place.below, key=len), size=SMALL) / 2
        if _x(place) + half + 2 > free:
            continue  # the place to its right has taken the room
        free = _x(place) - half
        yield text(_x(place), bottom + 16, place.words, SOFT, size=SMALL, anchor="middle")
        yield text(_x(place), bottom + 30, place.below, SOFT, size=SMALL, anchor="middle")
    middle = (LEFT + WIDTH - RIGHT) / 2
    yield text(middle, bottom + 48, across, SOFT, size=SMALL, anchor="middle")


def _line(
    one: Series, number: int, places: Sequence[Place], axis: Axis, top: float, shift: float
) -> Iterator[str]:
    kind, spots, said = series_class(number), [], []
    for at, band in one.points:
        x = round(_x(places[at]) + shift, 1)
        spots.append((x, _y(axis, band["mean"], top)))
        said.append(f"{one.name} at {places[at].words}: {interval(band)}")
        low, high = _y(axis, band["low"], top), _y(axis, band["high"], top)
        yield line(x, low, x, high, kind)
    yield polyline(spots, kind, dashes=_dashes(number))
    for (x, y), words in zip(spots, said, strict=True):
        yield dot(x, y, kind, shape=_shape(number), said=words)


def _x(place: Place) -> float:
    inner = 22  # room for intervals and words at the ends
    return round(LEFT + inner + (WIDTH - RIGHT - LEFT - 2 * inner) * place.x, 1)


def _y(axis: Axis, value: float, top: float) -> float:
    return round(top + HEIGHT * (1 - axis.at(value) / 100), 1)


def _shape(number: int) -> str:
    return SHAPES[number % len(SHAPES)]


def _dashes(number: int) -> str:
    return DASHES[number // SERIES % len(DASHES)]
