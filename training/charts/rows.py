"""Rows of dots with intervals on one axis: a name and its number above, the marks below."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from curation.reporting.scale import Axis
from training.charts import axes
from training.charts.drawing import (
    EDGE,
    GRID,
    HEAD_LINE,
    INK,
    SMALL,
    SOFT,
    STRONG,
    WIDTH,
    Drawing,
    dot,
    heading,
    line,
    lozenge,
    shortened,
    text,
    width_of,
)
from training.studies.report_shape import Band

LEFT, RIGHT = 22, 22  # of room beside the axis: half of its longest number
TOP, NAME, TRACK, GAP, BOTTOM = 30, 16, 16, 8, 42
LINE = 16  # pixels between lines of a legend


@dataclass(frozen=True, kw_only=True)
class Mark:
    """One value of a row."""

    band: Band
    kind: str  # a class of `drawing.COLOURS`
    shape: str = "circle"  # or "lozenge"
    hollow: bool = False
    said: str = ""  # under the pointer


@dataclass(frozen=True, kw_only=True)
class DotRow:
    """One row; its tracks stand below each other, each with its marks."""

    name: str
    said: str  # at the right: the number, or why there is none
    tracks: tuple[tuple[Mark, ...], ...] = ()
    note: str = ""  # after the name, softer

    @property
    def height(self) -> float:
        return NAME + TRACK * max(1, len(self.tracks)) + GAP


@dataclass(frozen=True, kw_only=True)
class Key:
    """An entry of the legend."""

    words: str
    kind: str
    shape: str = "circle"
    hollow: bool = False


def dot_rows(
    rows: Sequence[DotRow],
    *,
    title: str,
    description: str,
    axis_title: str,
    zero: bool = False,
    keys: Sequence[Key] = (),
) -> Drawing:
    """The drawing.

    Args:
        rows: from the top down.
        axis_title: of the horizontal axis.
        zero: draw the line of no difference, and have it inside the axis.
        keys: legend below the title.
    """
    bands = [mark.band for row in rows for track in row.tracks for mark in track]
    axis, step = axes.fitting(bands, zero=zero)
    head = heading(title)
    top = TOP + HEAD_LINE * (len(head) - 1)
    y = float(top + LINE * len(keys))
    marks = [*head, *_legend(keys, top)]
    for row in rows:
        marks += [*_grid(row, y, axis, step, zero=zero), *_words(row, y), *_marks(row, y, axis)]
        y += row.height
    if bands:
        marks += _numbers(axis, step, y, axis_title)
    return Drawing(
        title=title,
        description=description,
        width=WIDTH,
        height=y + (BOTTOM if bands else GAP),
        marks=tuple(marks),
    )


def _at(axis: Axis, value: float) -> float:
    return round(LEFT + (WIDTH - LEFT - RIGHT) * axis.at(value) / 100, 1)


def _legend(keys: Sequence[Key], top: float) -> Iterator[str]:
    for place, key in enumerate(keys):
        y = top + LINE * place
        yield dot(EDGE + 6, y + 2, key.kind, shape=key.shape, hollow=key.hollow)
        words = shortened(key.words, WIDTH - 2 * EDGE - 18, size=SMALL)
        yield text(EDGE + 18, y + 6, words, SOFT, size=SMALL)


def _grid(row: DotRow, y: float, axis: Axis, step: float, *, zero: bool) -> Iterator[str]:
    """Upright lines behind a row's marks, not behind its words."""
    if not row.tracks:
        return
    top, bottom = y + NAME, y + row.height - GAP / 2
    for tick in axis.ticks(step=step):
        x = _at(axis, float(tick.text))
        yield line(x, top, x, bottom, GRID)
    if zero:
        yield line(_at(axis, 0), top, _at(axis, 0), bottom, STRONG, width=1.5)


def _numbers(axis: Axis, step: float, y: float, title: str) -> Iterator[str]:
    for tick in axis.ticks(step=step):
        x = _at(axis, float(tick.text))
        yield text(x, y + 12, axes.minus(tick.text), SOFT, size=SMALL, anchor="middle")
    yield text(WIDTH / 2, y + 30, title, SOFT, size=SMALL, anchor="middle")


def _words(row: DotRow, y: float) -> Iterator[str]:
    said = width_of(row.said, size=SMALL)
    name = shortened(row.name, WIDTH - 2 * EDGE - said - 8)
    yield text(EDGE, y + 12, name)
    after = EDGE + width_of(name) + 6
    if row.note and after + width_of(row.note, size=SMALL) + said < WIDTH - EDGE:
        yield text(after, y + 12, row.note, SOFT, size=SMALL)
    yield text(WIDTH - EDGE, y + 12, row.said, INK, size=SMALL, anchor="end")


def _marks(row: DotRow, y: float, axis: Axis) -> Iterator[str]:
    for place, track in enumerate(row.tracks):
        middle = y + NAME + TRACK * place + TRACK / 2
        for mark in track:
            band = mark.band
            low, x, high = (_at(axis, end) for end in (band["low"], band["mean"], band["high"]))
            if mark.shape == "lozenge":
                yield lozenge(low, x, high, middle, mark.kind)
                continue
            if low < high:
                yield line(low, middle, high, middle, mark.kind, width=2)
            yield dot(x, middle, mark.kind, shape=mark.shape, hollow=mark.hollow, said=mark.said)
