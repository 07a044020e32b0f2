"""What a lasso holds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.errors import BadInput
from curation.mapping.polygon import MOST_CORNERS, Corner, inside, read_corners

share = st.integers(0, 1_000).map(lambda number: number / 1_000)
corner = st.tuples(share, share)
polygons = st.lists(corner, min_size=3, max_size=12)
between = st.integers(0, 1_000).map(lambda number: (number + 0.5) / 1_001)  # on no corner's height
places = st.tuples(between, between)


def holds(polygon: list[Corner], place: Corner) -> bool:
    return bool(inside(np.array([place[0]]), np.array([place[1]]), polygon)[0])


@given(polygons, places)
def test_what_lies_outside_of_the_rectangle_round_a_lasso_is_not_in_it(
    polygon: list[Corner], place: Corner
) -> None:
    xs, ys = zip(*polygon, strict=True)
    in_rectangle = min(xs) <= place[0] <= max(xs) and min(ys) <= place[1] <= max(ys)

    assert in_rectangle or not holds(polygon, place)


@given(polygons, places, st.integers(0, 11))
def test_neither_where_a_lasso_began_nor_which_way_it_went_matters(
    polygon: list[Corner], place: Corner, begin: int
) -> None:
    start = begin % len(polygon)
    turned = polygon[start:] + polygon[:start]

    assert holds(turned, place) == holds(polygon, place)
    assert holds(polygon[::-1], place) == holds(polygon, place)


@given(share, share, share, share, places)
def test_a_rectangle_holds_what_lies_between_its_sides(
    left: float, right: float, top: float, bottom: float, place: Corner
) -> None:
    rectangle = [(left, top), (right, top), (right, bottom), (left, bottom)]
    (x, y) = place

    between_sides = min(left, right) < x < max(left, right)
    between_ends = min(top, bottom) < y < max(top, bottom)

    assert holds(rectangle, place) == (between_sides and between_ends)


@given(corner, corner, corner, st.tuples(*[st.integers(1, 50)] * 3))
def test_a_triangle_holds_every_mixture_of_its_corners(
    a: Corner, b: Corner, c: Corner, parts: tuple[int, int, int]
) -> None:
    twice_the_area = (b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1])
    mixed = np.average(np.array([a, b, c]), axis=0, weights=parts)
    heights = {a[1], b[1], c[1]}

    flat = abs(twice_the_area) < 1e-4 or min(abs(mixed[1] - one) for one in heights) < 1e-9
    assert flat or holds([a, b, c], (float(mixed[0]), float(mixed[1])))


def test_what_a_line_goes_round_twice_is_outside() -> None:
    star = [(0.5, 0.0), (0.8, 1.0), (0.0, 0.4), (1.0, 0.4), (0.2, 1.0)]

    assert not holds(star, (0.5, 0.55))
    assert holds(star, (0.5, 0.2))


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("0,0 1,1", "not 2"),
        ("", "not 0"),
        ("0,0 1,0 x,1", "not 'x,1'"),
        ("0,0 1,0 1", "not '1'"),
        ("0,0 1,0 nan,1", "not 'nan,1'"),
        ("0,0 1,0 1e99,1", "not '1e99,1'"),
        ("0,0 " * (MOST_CORNERS + 1), f"not {MOST_CORNERS + 1}"),
    ],
)
def test_a_line_that_cannot_be_meant_is_refused(said: str, expected: str) -> None:
    with pytest.raises(BadInput, match=expected):
        read_corners(said)
