"""Error and coverage by votes seen, one column for each set, as a stand-alone SVG."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.posterior.measuring import DIRICHLET, LEVELS, OURS, RAW, Cell
from curation.reporting.scale import Axis

WIDTH, HEIGHT = 120, 150  # pixels of a panel's drawing
LEFT, GAP, TOP, BETWEEN, BOTTOM = 56, 26, 70, 72, 44
TEXT = 'font-family="system-ui, sans-serif" fill="#222"'
ERROR = Axis(low=0.0, high=0.2)
COVERED = Axis(low=0.7, high=1.0)
NEAR = 0.03  # how far from its level coverage may be

Sets = Mapping[str, Sequence[Cell]]


@dataclass(frozen=True, kw_only=True)
class Line:
    """How one method is drawn."""

    method: str
    title: str
    colour: str
    dashes: str = ""


LINES = (
    Line(method=RAW, title="raw a_i", colour="#777777", dashes="2 3"),
    Line(method=DIRICHLET, title="plain Dirichlet", colour="#E69F00", dashes="6 3"),
    Line(method=OURS, title="our posterior", colour="#0072B2"),
)


def chart(sets: Sets) -> str:
    """The whole drawing: errors above, coverage below."""
    width = LEFT + len(sets) * (WIDTH + GAP)
    height = TOP + 2 * HEIGHT + BETWEEN + BOTTOM
    second = TOP + HEIGHT + BETWEEN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">',
        "<title>Error of the predicted agreement, and coverage of its intervals, by votes seen"
        "</title>",
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        *_legend(),
        _word(LEFT, TOP - 10, "Mean absolute error of the agreement of all votes", size=12),
        _word(LEFT, second - 10, "Covered by intervals of 80 % and 95 %", size=12),
    ]
    for number, (name, cells) in enumerate(sets.items()):
        x, first = LEFT + number * (WIDTH + GAP), number == 0
        parts += [_group(x, TOP), *_errors(name, cells, labelled=first), "</g>"]
        parts += [_group(x, second), *_coverage(cells, labelled=first), "</g>"]
    return "\n".join([*parts, "</svg>"]) + "\n"


def _legend() -> Iterator[str]:
    x = LEFT
    for line in LINES:
        yield f'<line x1="{x}" y1="20" x2="{x + 26}" y2="20" {_stroke(line)}/>'
        yield _word(x + 32, 24, line.title, size=12)
        x += 60 + round(6.4 * len(line.title))


def _errors(name: str, cells: Sequence[Cell], *, labelled: bool) -> Iterator[str]:
    yield from _frame(ERROR, step=0.05, labelled=labelled, words="{:.2f}")
    for line in LINES:
        yield _curve(cells, ERROR, line, "error")
    yield _word(WIDTH / 2, HEIGHT + 28, name, size=11, anchor="middle")


def _coverage(cells: Sequence[Cell], *, labelled: bool) -> Iterator[str]:
    for level in LEVELS:
        high, low = _y(COVERED, min(1.0, level + NEAR)), _y(COVERED, level - NEAR)
        yield (
            f'<rect x="0" y="{high}" width="{WIDTH}" height="{low - high:.1f}" fill="#0072B2" '
            f'opacity="0.12"/>'
        )
    yield from _frame(COVERED, step=0.05, labelled=labelled, words="{:.0%}")
    for line in LINES[1:]:
        for level in LEVELS:
            yield _curve(cells, COVERED, line, f"covered_{level:.0%}")
    yield _word(WIDTH / 2, HEIGHT + 28, "votes seen", size=10, anchor="middle")


def _curve(cells: Sequence[Cell], axis: Axis, line: Line, measure: str) -> str:
    places = [(_x(cell.votes), _y(axis, cell.measures[line.method][measure])) for cell in cells]
    points = " ".join(f"{x},{y}" for x, y in places)
    dots = "".join(f'<circle cx="{x}" cy="{y}" r="3" fill="{line.colour}"/>' for x, y in places)
    return f'<polyline points="{points}" fill="none" {_stroke(line)}/>{dots}'


def _frame(axis: Axis, *, step: float, labelled: bool, words: str) -> Iterator[str]:
    for tick in axis.ticks(step=step):
        y = round(HEIGHT * (1 - tick.x / 100), 1)
        yield f'<line x1="0" y1="{y}" x2="{WIDTH}" y2="{y}" stroke="#dddddd"/>'
        if labelled:
            yield _word(-6, y + 4, words.format(float(tick.text)), size=10, anchor="end")
    for votes in (3, 4, 5):
        yield _word(_x(votes), HEIGHT + 14, str(votes), size=10, anchor="middle")


def _x(votes: int) -> float:
    return round(WIDTH * (votes - 2.5) / 3, 1)


def _y(axis: Axis, value: float) -> float:
    inside = min(max(value, axis.low), axis.high)
    return round(HEIGHT * (1 - axis.at(inside) / 100), 1)


def _word(x: float, y: float, text: str, *, size: int, anchor: str = "start") -> str:
    return f'<text x="{x}" y="{y}" font-size="{size}" text-anchor="{anchor}" {TEXT}>{text}</text>'


def _group(x: int, y: int) -> str:
    return f'<g transform="translate({x} {y})">'


def _stroke(line: Line) -> str:
    dashes = f' stroke-dasharray="{line.dashes}"' if line.dashes else ""
    return f'stroke="{line.colour}" stroke-width="2"{dashes}'
