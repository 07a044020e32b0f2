"""What a lasso holds. The page computes the same in map_geometry.js."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from curation.errors import BadInput

Floats = npt.NDArray[np.floating]
Corner = tuple[float, float]
MOST_CORNERS = 500


def inside(x: Floats, y: Floats, corners: Sequence[Corner]) -> npt.NDArray[np.bool_]:
    """(N,) whether each point lies within the closed line through the corners.

    Where the line crosses itself, what it goes round an even number of times is outside. Points
    exactly on the line may be told either way.

    Args:
        x, y: (N,).
        corners: three or more.

    >>> square = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)]
    >>> inside(np.array([0.5, 1.5]), np.array([0.5, 0.5]), square).tolist()
    [True, False]
    """
    found = np.zeros(len(x), dtype=np.bool_)
    for (ax, ay), (bx, by) in zip(corners, [*corners[1:], corners[0]], strict=True):
        if ay == by:
            continue
        between = (ay > y) != (by > y)
        crossing = (bx - ax) * (y - ay) / (by - ay) + ax
        found ^= between & (x < crossing)
    return found


def read_corners(said: str) -> list[Corner]:
    """The corners of "x,y x,y x,y", each number a share of the map's side.

    Raises:
        BadInput: fewer than three corners, too many, or something that is no number.

    >>> read_corners("0,0 1,0 0.5,1")
    [(0.0, 0.0), (1.0, 0.0), (0.5, 1.0)]
    """
    corners = [_corner(pair) for pair in said.split()]
    if not 3 <= len(corners) <= MOST_CORNERS:
        raise BadInput(
            f"A line round texts has 3 to {MOST_CORNERS} corners, such as "
            f"“0.1,0.2 0.4,0.2 0.4,0.6”, not {len(corners)}."
        )
    return corners


def _corner(pair: str) -> Corner:
    try:
        x, y = (float(number) for number in pair.split(","))
    except ValueError:
        x = y = math.nan
    if not (math.isfinite(x) and math.isfinite(y) and abs(x) <= 1e6 and abs(y) <= 1e6):
        raise BadInput(f"A corner is two numbers such as “0.1,0.2”, not {pair[:40]!r}.")
    return x, y
