"""Marks of a drawing, and the SVG they make.

One SVG serves twice. By itself, in a paper, it is light: every mark carries its colour. Inside a
page the stylesheet `study-charts.css` gives the same classes the page's colours, light or dark,
since CSS goes before attributes. Nothing is drawn with style attributes, which the pages' content
security policy refuses. Widths are those of a telephone or of one column of a paper, so letters
keep their size.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

WIDTH = 360  # pixels
SIZE = 12  # of letters, pixels
SMALL = 11
HEAD = 13
LETTER = 0.62  # of a letter's height is its width, in wide fonts
HEAD_LINE = 17  # pixels between lines of a heading
EDGE = 14  # pixels between words and the drawing's edge
FONTS = "system-ui, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif"

# Class → colour where no stylesheet is: the tokens of the light scheme.
INK, SOFT, GRID, STRONG, ACCENT, PAPER = "ink", "soft", "grid", "strong", "accent", "paper"
COLOURS = {
    INK: "#1e1c19",
    SOFT: "#5d584e",
    GRID: "#dfdace",
    STRONG: "#8c8474",
    ACCENT: "#0b5e5b",
    PAPER: "#ffffff",
    # Okabe and Ito without yellow, which white swallows
    "s0": "#0072b2",
    "s1": "#d55e00",
    "s2": "#009e73",
    "s3": "#cc79a7",
    "s4": "#e69f00",
    "s5": "#56b4e9",
    "s6": "#1e1c19",
}
SERIES = 7
DASHES = ("", "6 3", "2 3")
SHAPES = ("circle", "square", "diamond", "triangle")


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """A finished drawing, its marks in order."""

    title: str  # what it shows, a phrase
    description: str  # what can be seen, in sentences, with numbers
    width: float
    height: float
    marks: tuple[str, ...]

    def svg(self) -> str:
        """The drawing as a document of its own, which may also stand inside a page."""
        size = f'width="{self.width:g}" height="{self.height:g}"'
        return "\n".join(
            [
                f'<svg xmlns="http://www.w3.org/2000/svg" class="study-chart" {size} '
                f'viewBox="0 0 {self.width:g} {self.height:g}" role="img" '
                f'font-family="{FONTS}">',
                f"<title>{escape(self.title)}</title>",
                f"<desc>{escape(self.description)}</desc>",
                rectangle(0, 0, self.width, self.height, PAPER),
                *self.marks,
                "</svg>",
                "",
            ]
        )


def side_by_side(
    drawings: Sequence[Drawing], *, title: str, description: str, columns: int = 2
) -> Drawing:
    """Several drawings as the panels of one, row by row, `columns` ≥ 1 in each."""
    marks, y, width = [], 0.0, 0.0
    for start in range(0, len(drawings), columns):
        row, x = drawings[start : start + columns], 0.0
        for drawing in row:
            marks += [f'<g transform="translate({x:g} {y:g})">', *drawing.marks, "</g>"]
            x += drawing.width
        y += max(drawing.height for drawing in row)
        width = max(width, x)
    return Drawing(title=title, description=description, width=width, height=y, marks=tuple(marks))


def series_class(place: int) -> str:
    """Colour of the series at a place; after seven they start again, with other dashes."""
    return f"s{place % SERIES}"


def text(
    x: float, y: float, words: str, kind: str = INK, *, size: int = SIZE, anchor: str = "start"
) -> str:
    """Words whose base line is at y."""
    place = f'x="{x:g}" y="{y:g}" font-size="{size}" text-anchor="{anchor}"'
    return f"<text {place} {_fill(kind)}>{escape(words)}</text>"


def line(
    x1: float, y1: float, x2: float, y2: float, kind: str, *, width: float = 1, dashes: str = ""
) -> str:
    ends = f'x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}"'
    return f"<line {ends} {_stroke(kind, width, dashes)}/>"


def polyline(
    points: Sequence[tuple[float, float]], kind: str, *, width: float = 1.5, dashes: str = ""
) -> str:
    places = " ".join(f"{x:g},{y:g}" for x, y in points)
    return f'<polyline points="{places}" fill="none" {_stroke(kind, width, dashes)}/>'


def rectangle(x: float, y: float, width: float, height: float, kind: str) -> str:
    size = f'x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}"'
    return f"<rect {size} {_fill(kind)}/>"


def dot(
    x: float,
    y: float,
    kind: str,
    *,
    shape: str = "circle",
    hollow: bool = False,
    said: str = "",
) -> str:
    """A mark some 9 pixels across. Hollow ones show the paper; `said` shows under the pointer."""
    drawn = _dot(x, y, shape, _hollow(kind) if hollow else _fill(kind))
    return f"<g><title>{escape(said)}</title>{drawn}</g>" if said else drawn


def _dot(x: float, y: float, shape: str, attributes: str) -> str:
    if shape == "circle":
        return f'<circle cx="{x:g}" cy="{y:g}" r="4.5" {attributes}/>'
    if shape == "square":
        return f'<rect x="{x - 4:g}" y="{y - 4:g}" width="8" height="8" {attributes}/>'
    corners = (
        ((0, -6), (6, 0), (0, 6), (-6, 0)) if shape == "diamond" else ((0, -5), (5, 4), (-5, 4))
    )
    places = " ".join(f"{x + dx:g},{y + dy:g}" for dx, dy in corners)
    return f'<polygon points="{places}" {attributes}/>'


def lozenge(low: float, x: float, high: float, y: float, kind: str) -> str:
    """A flat diamond from `low` to `high`, as meta-analyses draw what comes of all together."""
    places = f"{low:g},{y:g} {x:g},{y - 6:g} {high:g},{y:g} {x:g},{y + 6:g}"
    return f'<polygon points="{places}" {_fill(kind)}/>'


def width_of(words: str, *, size: int = SIZE) -> float:
    """About how wide words are drawn, in pixels; rather too wide."""
    return LETTER * size * len(words)


def shortened(words: str, room: float, *, size: int = SIZE) -> str:
    """Words cut to fit into `room` pixels.

    >>> shortened("a very long name", 60), shortened("short", 60)
    ('a very …', 'short')
    """
    most = max(1, int(room / (LETTER * size)))
    return words if len(words) <= most else f"{words[: most - 1]}…"


def heading(title: str) -> list[str]:
    """The title at the top, on two lines where it needs them; each line is HEAD_LINE high."""
    most = int((WIDTH - 2 * EDGE) / (LETTER * HEAD))
    lines = textwrap.wrap(title, most, max_lines=2, placeholder=" …") or [""]
    return [text(EDGE, 18 + HEAD_LINE * at, words, size=HEAD) for at, words in enumerate(lines)]


def _fill(kind: str) -> str:
    return f'class="{kind}" fill="{COLOURS[kind]}"'


def _hollow(kind: str) -> str:
    return (
        f'class="{kind} hollow" fill="{COLOURS[PAPER]}" stroke="{COLOURS[kind]}" stroke-width="2"'
    )


def _stroke(kind: str, width: float, dashes: str) -> str:
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return f'class="{kind}" stroke="{COLOURS[kind]}" stroke-width="{width:g}"{dashed}'
