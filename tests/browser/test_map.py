"""The map in a real browser: by mouse, by keys and by touch, at both widths, light and dark."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from curation.mapping.polygon import Corner, inside
from curation.models import Project, SetAside
from curation.services.corpus_map import CorpusMap
from tests.browser.accessibility import findings
from tests.curation.mapping.mapped import make_map
from tests.factories import make_project

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]
MAP = "/projects/jokes/map/"
ROOM = 24  # pixels round the whole map


@pytest.fixture
def project() -> Project:
    return make_project("jokes", labels=("joke", "news"))


@pytest.fixture
def drawn(project: Project, concord_home: Path) -> CorpusMap:
    return make_map(project, concord_home)


@pytest.fixture
def open_map(open_page: Any, drawn: CorpusMap) -> Any:
    def opened(path: str = MAP, **options: Any) -> Any:
        page = open_page(path, **options)
        page.wait_for_selector(".map[data-ready]")
        return page

    return opened


def box_of(page: Any) -> Any:
    """Where the canvas lies in the window, in pixels, when it is wholly in view."""
    page.locator("canvas").scroll_into_view_if_needed()
    return page.locator("canvas").bounding_box()


def held(drawn: CorpusMap, box: Any, line: list[Corner]) -> int:
    """How many points lie within a line on the canvas, which shows the whole map."""
    side = min(box["width"], box["height"]) - 2 * ROOM
    left, top = (box["width"] - side) / 2, (box["height"] - side) / 2
    x, y = drawn.points.shares()
    return int(inside(left + x * side, top + y * side, line).sum())


def triangle(box: Any) -> list[Corner]:
    """The half of the canvas below its diagonal."""
    wide, high = box["width"] - 6, box["height"] - 6
    return [(6, 6), (wide, high), (6, high)]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_spills_nothing_is_blocked_and_axe_finds_nothing(
    open_map: Any, width: int, scheme: str
) -> None:
    page = open_map(f"{MAP}?by=label", width=width, scheme=scheme)

    page.click("text=Choose all in view")
    page.click("text=Read them")
    page.wait_for_selector(".chosen-texts .example")

    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.problems == []
    assert findings(page) == []


def test_a_lasso_chooses_texts_that_are_set_aside_and_taken_back(
    open_map: Any, drawn: CorpusMap
) -> None:
    page = open_map()
    page.check("input[value=lasso]")
    box = box_of(page)
    first, *others = [(box["x"] + x, box["y"] + y) for x, y in triangle(box)]

    page.mouse.move(*first)
    page.mouse.down()
    for corner in others:
        page.mouse.move(*corner, steps=8)
    page.mouse.up()
    chosen = held(drawn, box, triangle(box))
    assert 0 < chosen < 40
    assert page.inner_text(".tally") == f"{chosen} texts chosen"

    page.click("button:has-text('Set aside')")
    page.fill("#id_reason", "a trial")
    page.click(f"button:has-text('Set {chosen} texts aside')")
    page.wait_for_selector(".map[data-ready]")
    assert SetAside.objects.filter(undone_at=None).count() == chosen

    assert page.inner_text(".tally") == f"{chosen} texts chosen"
    page.click("button:has-text('Take back in')")
    page.click("button.primary")
    page.wait_for_selector(".map[data-ready]")
    assert not SetAside.objects.filter(undone_at=None).exists()
    assert page.problems == []


def test_everything_is_done_by_keys(open_map: Any, drawn: CorpusMap) -> None:
    page = open_map()
    page.focus("canvas")

    page.keyboard.press("n")
    page.wait_for_selector(".reading .example")
    page.keyboard.press("Enter")
    assert page.inner_text(".tally") == "1 text chosen"
    page.keyboard.press("Escape")
    assert page.inner_text(".tally") == "No text chosen"

    for key in ["ArrowLeft"] * 60 + ["ArrowUp"] * 60 + ["Space"]:
        page.keyboard.press(key)
    for key in ["ArrowRight"] * 60 + ["ArrowDown"] * 60 + ["Space"]:
        page.keyboard.press(key)
    assert page.inner_text(".tally") == "40 texts chosen"

    page.keyboard.press("Escape")
    page.keyboard.press("v")
    assert page.inner_text(".tally") == "40 texts chosen"
    assert findings(page) == []
    assert page.problems == []


def test_hidden_colours_are_not_chosen_and_every_group_can_be(open_map: Any) -> None:
    page = open_map(f"{MAP}?by=intended")
    page.wait_for_selector(".shades:not([hidden]) >> text=joke 20")

    page.uncheck(".shades:not([hidden]) label:has-text('joke') input")
    page.click("text=Choose all in view")
    assert page.inner_text(".tally") == "20 texts chosen"
    page.click("text=Choose none")

    page.check(".shades:not([hidden]) label:has-text('joke') input")
    page.check("[data-take='0']")
    assert page.inner_text(".tally") == "20 texts chosen"

    page.select_option("#by", "agreement")
    page.wait_for_selector(".groups-behind th:has-text('no votes')")
    assert page.url.endswith("?by=agreement")
    assert page.inner_text(".tally") == "20 texts chosen"


def test_a_telephone_taps_draws_and_pinches(open_map: Any, drawn: CorpusMap) -> None:
    page = open_map(width=390, has_touch=True, is_mobile=True)
    box = box_of(page)
    side = min(box["width"], box["height"]) - 2 * ROOM
    x, y = (shares[0] * side for shares in drawn.points.shares())
    left, top = (box["width"] - side) / 2, (box["height"] - side) / 2

    page.touchscreen.tap(box["x"] + left + x, box["y"] + top + y)
    page.wait_for_selector(".reading .example")
    assert "say" in page.inner_text(".reading .words")

    page.click("label:has-text('Lasso')")
    box = box_of(page)
    fingers = page.context.new_cdp_session(page)
    corners = [(box["x"] + x, box["y"] + y) for x, y in triangle(box)]
    touch(fingers, "touchStart", corners[:1])
    for corner in corners[1:]:
        touch(fingers, "touchMove", [corner])
    touch(fingers, "touchEnd", [])

    assert page.inner_text(".tally") == f"{held(drawn, box, triangle(box))} texts chosen"
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert page.problems == []


def touch(fingers: Any, kind: str, places: list[Corner]) -> None:
    points = [{"x": x, "y": y} for x, y in places]
    fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


def test_the_page_and_the_command_hold_the_same_within_a_line(open_map: Any) -> None:
    page, dice = open_map(), random.Random(0)
    places = [(dice.random(), dice.random()) for _ in range(200)]
    lines = [[(dice.random(), dice.random()) for _ in range(n)] for n in range(3, 23)]

    ask = """([places, lines]) => lines.map((line) =>
        places.map(([x, y]) => MapGeometry.inside(x, y, line)))"""
    found = page.evaluate(ask, json.loads(json.dumps([places, lines])))

    x, y = np.array(places).T
    assert found == [inside(x, y, line).tolist() for line in lines]
