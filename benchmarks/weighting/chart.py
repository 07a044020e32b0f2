"""Macro-F1 of every arm with its interval, a panel for each task and source, as an SVG."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape

from benchmarks.weighting.arms import REAL, SYNTHETIC
from benchmarks.weighting.measures import SHOWN, Arm, Panel
from benchmarks.weighting.wording import title
from curation.reporting.scale import Axis, covering

WIDTH, ROW = 300, 22  # pixels of a panel's drawing and of one arm
LEFT, TOP, RIGHT, BOTTOM = 128, 44, 20, 44
TEXT = 'font-family="system-ui, sans-serif" fill="#222"'
PLAIN, OURS, REFERENCE = "#777777", "#0072B2", "#D55E00"
WEIGHTED = ("IMP", "DIMP", "IMP, bounded", "DIMP, bounded")
COLUMNS = 2


def chart(panels: Sequence[Panel]) -> str:
    """The whole drawing; arms without a finished run have no mark."""
    inner = ROW * len(SHOWN)
    rows = -(-len(panels) // COLUMNS)
    width = COLUMNS * (LEFT + WIDTH + RIGHT)
    height = rows * (TOP + inner + BOTTOM)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">',
        "<title>Macro-F1 on real test rows by what was trained on, with 95 % intervals</title>",
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
    ]
    for at, panel in enumerate(panels):
        x = at % COLUMNS * (LEFT + WIDTH + RIGHT) + LEFT
        y = at // COLUMNS * (TOP + inner + BOTTOM) + TOP
        parts += [f'<g transform="translate({x} {y})">', *_panel(panel, inner), "</g>"]
    return "\n".join([*parts, "</svg>"]) + "\n"


def _panel(panel: Panel, inner: int) -> Iterator[str]:
    yield f'<text y="-14" font-size="13" font-weight="600" {TEXT}>{escape(title(panel))}</text>'
    ends = [
        end
        for arm in panel.arms.values()
        for end in (arm.scores.macro_f1.low, arm.scores.macro_f1.high)
    ]
    axis, step = covering(ends or [0.0, 1.0])
    yield from _frame(axis, step, inner)
    if REAL in panel.arms:
        x = _x(axis, panel.arms[REAL].scores.macro_f1.mean)
        dashes = f'stroke="{REFERENCE}" stroke-dasharray="4 3"'
        yield f'<line x1="{x}" x2="{x}" y1="0" y2="{inner}" {dashes}/>'
    for at, name in enumerate(SHOWN):
        yield from _arm(name, panel.arms.get(name), axis, at * ROW + ROW / 2)


def _frame(axis: Axis, step: float, inner: int) -> Iterator[str]:
    for tick in axis.ticks(step=step):
        x = round(WIDTH * tick.x / 100, 1)
        yield f'<line x1="{x}" x2="{x}" y1="0" y2="{inner}" stroke="#dddddd"/>'
        place = f'x="{x}" y="{inner + 14}" text-anchor="middle"'
        yield f'<text {place} font-size="10" {TEXT}>{tick.text}</text>'
    place = f'x="{WIDTH / 2}" y="{inner + 30}" text-anchor="middle"'
    yield f'<text {place} font-size="10" {TEXT}>macro-F1</text>'


def _arm(name: str, arm: Arm | None, axis: Axis, y: float) -> Iterator[str]:
    seeds = "" if arm is None else f" ({len(arm.predicted)})"
    place = f'x="-8" y="{y + 4}" text-anchor="end"'
    yield f'<text {place} font-size="11" {TEXT}>{escape(name + seeds)}</text>'
    if arm is None:
        return
    score = arm.scores.macro_f1
    low, mean, high = (_x(axis, value) for value in (score.low, score.mean, score.high))
    line = f'stroke="{_colour(name)}" stroke-width="2"'
    yield f'<line x1="{low}" x2="{high}" y1="{y}" y2="{y}" {line}/>'
    yield f'<circle cx="{mean}" cy="{y}" r="4" fill="{_colour(name)}"/>'


def _colour(name: str) -> str:
    if name == REAL:
        return REFERENCE
    return OURS if name in WEIGHTED else "#222222" if name == SYNTHETIC else PLAIN


def _x(axis: Axis, score: float) -> float:
    return round(WIDTH * axis.at(score) / 100, 1)
