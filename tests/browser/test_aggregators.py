"""The page about aggregators in a real browser: nothing spills, the keyboard is enough."""

from __future__ import annotations

from typing import Any

import pytest

from curation import job_handlers
from curation.models import Job, Project
from curation.progress import silent
from tests.browser.accessibility import findings
from tests.curation.services.quality.crowded import make_crowded

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

PAGE = "/projects/jokes/agreement/aggregators/"


@pytest.fixture
def project() -> Project:
    """Few experts among careless people, so that methods differ."""
    return make_crowded({"expert": 2, "careless": 2, "one_button": 1}, texts=30)


@pytest.fixture
def compared(project: Project) -> Project:
    job_handlers.aggregators(project, {}, silent)
    return project


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_spills_over_the_edge_and_axe_finds_nothing(
    compared: Project, open_page: Any, width: int, scheme: str
) -> None:
    page = open_page(PAGE, width=width, scheme=scheme)

    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.problems == []
    assert findings(page) == []


def test_the_comparison_is_asked_for_and_read_by_keyboard_alone(
    project: Project, open_page: Any
) -> None:
    page = open_page(PAGE)

    page.locator("text=Compare all aggregators").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".jobs [data-active]")

    assert Job.objects.get().kind == "aggregators"

    job_handlers.aggregators(project, {}, silent)
    Job.objects.update(state=Job.State.SUCCESSFUL)
    page.wait_for_selector("#flips")  # the page asks by itself whether the job is done
    page.locator("summary", has_text="Which methods agree").focus()
    page.keyboard.press("Enter")

    assert page.locator(".alike table").is_visible()
    assert page.problems == []


def test_the_picture_of_flips_has_words_for_those_who_cannot_see_it(
    compared: Project, open_page: Any
) -> None:
    page = open_page(PAGE)

    words = page.locator(".picture").get_attribute("aria-label")

    assert "on which methods differ" in words
    assert page.locator(".card .said").count() > 0
