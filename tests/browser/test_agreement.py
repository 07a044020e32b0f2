"""The page about agreement in a real browser: nothing spills, everything can be read."""

from __future__ import annotations

from typing import Any

import pytest

from curation.models import Project
from tests.browser.accessibility import findings
from tests.curation.services.quality.crowded import make_crowded
from tests.factories import annotate, make_project

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

PAGE = "/projects/jokes/agreement/"


@pytest.fixture
def project() -> Project:
    return make_crowded(texts=30)


@pytest.fixture
def five_labels() -> Project:
    labels = ["not offensive", "slightly", "moderately", "quite", "very offensive"]
    project = make_project(labels=labels)
    for number in range(25):
        annotate(project, [labels[(number + shift) % 5] for shift in (0, 0, number % 2)])
    return project


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("made", ["project", "five_labels"])
def test_nothing_spills_over_the_edge_and_nothing_is_blocked(
    request: pytest.FixtureRequest, open_page: Any, made: str, width: int, scheme: str
) -> None:
    request.getfixturevalue(made)

    page = open_page(PAGE, width=width, scheme=scheme)

    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.problems == []
    assert findings(page) == []


def test_the_numbers_behind_the_histograms_open_by_keyboard(
    project: Project, open_page: Any
) -> None:
    page = open_page(PAGE)

    page.locator("summary").first.focus()
    page.keyboard.press("Enter")

    assert page.locator("details[open] tbody tr").count() > 2


def test_a_wide_table_of_labels_scrolls_by_keyboard(five_labels: Project, open_page: Any) -> None:
    page = open_page(PAGE, width=390)

    table = page.locator(".meetings")
    table.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(200)

    assert table.evaluate("table => table.scrollWidth > table.clientWidth")
    assert table.evaluate("table => table.scrollLeft") > 0
