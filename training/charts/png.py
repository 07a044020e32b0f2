"""Drawings as pixels, where the library for it is installed."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

LIBRARY = "resvg_py"  # pip install resvg-py: resvg in one wheel, without system libraries
SCALE = 3.0  # 360 pixels of width become 1,080: 300 dots per inch in a column of 3.6 inches


def can_draw() -> bool:
    """Whether PNG can be made here."""
    return find_spec(LIBRARY) is not None


def as_png(svg: str, *, scale: float = SCALE) -> bytes:
    """The drawing as PNG, with the fonts of this machine; `can_draw` first.

    Args:
        scale: pixels of the PNG to one of the drawing, > 0.
    """
    drawn = import_module(LIBRARY).svg_to_bytes(svg_string=svg, zoom=scale)
    return bytes(drawn)
