"""Equal decisions against votes used, one small panel for each set, as a stand-alone SVG."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

import numpy as np

from benchmarks.overlap.results import Cell, Results
from curation.reporting.scale import Axis

COLUMNS = 4
WIDTH, HEIGHT = 212, 176  # pixels of a panel's drawing
LEFT, TOP, RIGHT, BOTTOM = 40, 62, 18, 40  # of room around a panel; TOP holds its title
LEGEND = 30
VOTES = Axis(low=0.0, high=1.0)
TEXT = 'font-family="system-ui, sans-serif" fill="#222"'


@dataclass(frozen=True, kw_only=True)
class Series:
    """How one kind of rule is drawn."""

    kind: str
    title: str
    colour: str
    marked: str  # the rule drawn as a dot, or ""
    dashes: str = ""


SERIES = (
    Series(kind="fixed", title="fixed overlap", colour="#777777", marked=""),
    Series(
        kind="dirichlet",
        title="posterior, shares only",
        colour="#CC79A7",
        marked="dirichlet/0.95",
        dashes="6 3",
    ),
    Series(
        kind="common",
        title="posterior, one accuracy",
        colour="#E69F00",
        marked="common/0.95",
        dashes="2 3",
    ),
    Series(
        kind="skilled",
        title="posterior, annotators' accuracies",
        colour="#D55E00",
        marked="skilled/0.95",
        dashes="8 2 2 2",
    ),
    Series(kind="adaptive", title="our rule", colour="#0072B2", marked="adaptive/0.98"),
)


def chart(results: Results) -> str:
    """The whole drawing; each panel is the mean over γ."""
    rows = -(-len(results) // COLUMNS)
    width = COLUMNS * (LEFT + WIDTH + RIGHT)
    height = LEGEND + rows * (TOP + HEIGHT + BOTTOM)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">',
        "<title>Share of decisions equal to those of all votes, against share of votes used"
        "</title>",
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        *_legend(),
    ]
    for number, (name, of_set) in enumerate(results.items()):
        x = number % COLUMNS * (LEFT + WIDTH + RIGHT) + LEFT
        y = LEGEND + number // COLUMNS * (TOP + HEIGHT + BOTTOM) + TOP
        parts += [f'<g transform="translate({x} {y})">', *_panel(name, of_set), "</g>"]
    return "\n".join([*parts, "</svg>"]) + "\n"


def _legend() -> Iterator[str]:
    x = LEFT
    for one in SERIES:
        yield f'<line x1="{x}" y1="20" x2="{x + 26}" y2="20" {_stroke(one)}/>'
        if one.marked:
            yield f'<circle cx="{x + 13}" cy="20" r="4" fill="{one.colour}"/>'
        yield f'<text x="{x + 32}" y="24" font-size="12" {TEXT}>{escape(one.title)}</text>'
        x += 56 + round(6.2 * len(one.title))


def _panel(name: str, of_set: Sequence[Cell]) -> Iterator[str]:
    curves = {one.kind: _points(of_set, one.kind) for one in SERIES}
    lowest = min(equal for points in curves.values() for _, equal in points)
    axis = Axis(low=np.floor(lowest * 10) / 10, high=1.0)
    examples, overlap = of_set[0].examples, of_set[0].overlap
    words = f"{examples:,} examples, {overlap:.3g} votes each"
    yield f'<text y="-24" font-size="13" font-weight="600" {TEXT}>{escape(name)}</text>'
    yield f'<text y="-9" font-size="11" {TEXT}>{words}</text>'
    yield from _frame(axis)
    for one in SERIES:
        line = " ".join(f"{_x(votes)},{_y(axis, equal)}" for votes, equal in curves[one.kind])
        yield f'<polyline points="{line}" fill="none" {_stroke(one)}/>'
    for one in SERIES:
        if one.marked:
            votes, equal = _mean(of_set, one.marked)
            yield f'<circle cx="{_x(votes)}" cy="{_y(axis, equal)}" r="4" fill="{one.colour}"/>'


def _frame(axis: Axis) -> Iterator[str]:
    for tick in axis.ticks(step=0.1):
        y = round(HEIGHT * (1 - tick.x / 100), 1)
        yield f'<line x1="0" y1="{y}" x2="{WIDTH}" y2="{y}" stroke="#dddddd"/>'
        words = f"{float(tick.text):.0%}"
        yield f'<text x="-5" y="{y + 4}" font-size="10" text-anchor="end" {TEXT}>{words}</text>'
    for tick in VOTES.ticks(step=0.25):
        x = _x(float(tick.text))
        words = f"{float(tick.text):.0%}"
        place = f'x="{x}" y="{HEIGHT + 14}" text-anchor="middle"'
        yield f'<text {place} font-size="10" {TEXT}>{words}</text>'
    middle = f'x="{WIDTH / 2}" y="{HEIGHT + 29}" text-anchor="middle"'
    yield f'<text {middle} font-size="10" {TEXT}>of all votes used</text>'


def _points(of_set: Sequence[Cell], kind: str) -> list[tuple[float, float]]:
    return sorted(_mean(of_set, rule) for rule in of_set[0].named(kind))


def _mean(of_set: Sequence[Cell], rule: str) -> tuple[float, float]:
    """Votes used and equal decisions, over γ."""
    return (
        float(np.mean([cell.mean(rule, "votes") for cell in of_set])),
        float(np.mean([cell.mean(rule, "equal") for cell in of_set])),
    )


def _x(votes: float) -> float:
    return round(WIDTH * VOTES.at(votes) / 100, 1)


def _y(axis: Axis, equal: float) -> float:
    return round(HEIGHT * (1 - axis.at(equal) / 100), 1)


def _stroke(one: Series) -> str:
    dashes = f' stroke-dasharray="{one.dashes}"' if one.dashes else ""
    return f'stroke="{one.colour}" stroke-width="2"{dashes}'
