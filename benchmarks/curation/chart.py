"""Predicted and fine-tuned macro-F1 against rows kept, one row of panels a set, as an SVG."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from xml.sax.saxutils import escape

from benchmarks.curation.measures import Mean, Table
from benchmarks.curation.tables import Results, SetResult
from curation.reporting.scale import Axis, covering

WIDTH, HEIGHT = 330, 170  # pixels of a panel's drawing
LEFT, TOP, RIGHT, BOTTOM = 46, 46, 24, 42  # of room around a panel; TOP holds its title
LEGEND = 52
KEPT = Axis(low=0.0, high=1.0)
TEXT = 'font-family="system-ui, sans-serif" fill="#222"'


@dataclass(frozen=True, kw_only=True)
class Series:
    """A line through conditions, or a single mark."""

    title: str
    conditions: tuple[str, ...]  # by rising share of rows
    colour: str
    measure: str = "macro_f1"
    dashes: str = ""

    @property
    def is_line(self) -> bool:
        return len(self.conditions) > 1


WITHIN = tuple(f"within {share}" for share in ("30%", "50%", "70%"))
SERIES = (
    Series(
        title="random rows within each label", colour="#777777",
        conditions=(*(f"{one} random" for one in WITHIN), "keep all"),
    ),
    Series(
        title="most agreed, as if labels were balanced", colour="#56B4E9", dashes="5 3",
        conditions=(*WITHIN, "keep all"), measure="equal_f1",
    ),
    Series(
        title="most agreed of each label", colour="#0072B2", conditions=(*WITHIN, "keep all")
    ),
    Series(title="global γ = 0.8", colour="#D55E00", conditions=("global",)),
    Series(
        title="global, as if balanced", colour="#E69F00", conditions=("global",),
        measure="equal_f1",
    ),
    Series(title="random, same size as global", colour="#222222", conditions=("global random",)),
)  # fmt: skip


def chart(results: Results) -> str:
    """The whole drawing: predicted on the left, fine-tuned on the right."""
    width = 2 * (LEFT + WIDTH + RIGHT)
    height = LEGEND + len(results) * (TOP + HEIGHT + BOTTOM)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">',
        "<title>Macro-F1 against the share of training rows kept: predicted by the explorer, and "
        "fine-tuned</title>",
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        *_legend(),
    ]
    for number, (name, of_set) in enumerate(results.items()):
        y = LEGEND + number * (TOP + HEIGHT + BOTTOM) + TOP
        axis, step = covering(_values(of_set))
        for side, (table, words) in enumerate(
            ((of_set.heads, "predicted"), (of_set.tuned, "fine-tuned"))
        ):
            x = side * (LEFT + WIDTH + RIGHT) + LEFT
            title = f"{name}, {words}{_splits(table)}"
            panel = _panel(title, of_set, table, axis, step)
            parts += [f'<g transform="translate({x} {y})">', *panel, "</g>"]
    return "\n".join([*parts, "</svg>"]) + "\n"


def _splits(table: Table) -> str:
    counts = {mean["macro_f1"].splits for mean in table.values()}
    if not counts:
        return ": no run finished"
    least, most = min(counts), max(counts)
    if least < most:
        return f" ({least} to {most} splits)"
    return " (1 split)" if most == 1 else f" ({most} splits)"


def _legend() -> Iterator[str]:
    for at, one in enumerate(SERIES):
        x, y = LEFT + (0, 230, 520)[at % 3], 18 + at // 3 * 20
        if one.is_line:
            yield f'<line x1="{x}" y1="{y}" x2="{x + 24}" y2="{y}" {_stroke(one)}/>'
        else:
            yield _mark(x + 12, y, one)
        yield f'<text x="{x + 30}" y="{y + 4}" font-size="12" {TEXT}>{escape(one.title)}</text>'


def _values(of_set: SetResult) -> list[float]:
    values = []
    for table in (of_set.heads, of_set.tuned):
        for one in SERIES:
            for _, mean in _points(one, of_set, table):
                values += [mean.mean - mean.error, mean.mean + mean.error]
    return values


def _panel(
    title: str, of_set: SetResult, table: Table, axis: Axis, step: float
) -> Iterator[str]:  # fmt: skip
    yield f'<text y="-12" font-size="13" font-weight="600" {TEXT}>{escape(title)}</text>'
    yield from _frame(axis, step)
    for one in SERIES:
        points = _points(one, of_set, table)
        for share, mean in points:
            x = _x(share)
            ends = (
                f'y1="{_y(axis, mean.mean - mean.error)}" y2="{_y(axis, mean.mean + mean.error)}"'
            )
            yield f'<line x1="{x}" x2="{x}" {ends} stroke="{one.colour}" stroke-width="1"/>'
            yield _mark(x, _y(axis, mean.mean), one)
        if one.is_line and len(points) > 1:
            line = " ".join(f"{_x(share)},{_y(axis, mean.mean)}" for share, mean in points)
            yield f'<polyline points="{line}" fill="none" {_stroke(one)}/>'


def _points(one: Series, of_set: SetResult, table: Table) -> list[tuple[float, Mean]]:
    whole = of_set.kept["keep all"].sum()
    return [
        (float(of_set.kept[name].sum() / whole), table[name][one.measure])
        for name in one.conditions
        if name in table
    ]


def _frame(axis: Axis, step: float) -> Iterator[str]:
    for tick in axis.ticks(step=step):
        y = round(HEIGHT * (1 - tick.x / 100), 1)
        yield f'<line x1="0" y1="{y}" x2="{WIDTH}" y2="{y}" stroke="#dddddd"/>'
        yield f'<text x="-5" y="{y + 4}" font-size="10" text-anchor="end" {TEXT}>{tick.text}</text>'
    for tick in KEPT.ticks(step=0.25):
        place = f'x="{_x(float(tick.text))}" y="{HEIGHT + 14}" text-anchor="middle"'
        yield f'<text {place} font-size="10" {TEXT}>{float(tick.text):.0%}</text>'
    middle = f'x="{WIDTH / 2}" y="{HEIGHT + 29}" text-anchor="middle"'
    yield f'<text {middle} font-size="10" {TEXT}>of the training rows kept</text>'


def _mark(x: float, y: float, one: Series) -> str:
    if one.is_line:
        return f'<circle cx="{x}" cy="{y}" r="3" fill="{one.colour}"/>'
    return (
        f'<rect x="{x - 5}" y="{y - 5}" width="10" height="10" fill="{one.colour}" '
        f'transform="rotate(45 {x} {y})"/>'
    )


def _x(share: float) -> float:
    return round(WIDTH * KEPT.at(share) / 100, 1)


def _y(axis: Axis, score: float) -> float:
    return round(HEIGHT * (1 - axis.at(score) / 100), 1)


def _stroke(one: Series) -> str:
    dashes = f' stroke-dasharray="{one.dashes}"' if one.dashes else ""
    return f'stroke="{one.colour}" stroke-width="2"{dashes}'
