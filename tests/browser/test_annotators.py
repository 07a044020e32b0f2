"""Pages about annotators in a real browser: nothing spills, the keyboard is enough."""

from __future__ import annotations

from typing import Any

import pytest

from curation.models import Project
from tests.curation.services.quality.crowded import make_crowded

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

LIST = "/projects/jokes/annotators/"
PATHS = [LIST, f"{LIST}by-name/sim-05/", f"{LIST}by-name/sim-05/do/requeue/"]


@pytest.fixture
def project() -> Project:
    return make_crowded(texts=30)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("path", PATHS)
def test_nothing_spills_over_the_edge_and_nothing_is_blocked(
    project: Project, open_page: Any, path: str, width: int, scheme: str
) -> None:
    page = open_page(path, width=width, scheme=scheme)

    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.problems == []


def test_votes_are_set_aside_and_back_by_keyboard_alone(project: Project, open_page: Any) -> None:
    page = open_page(f"{LIST}by-name/sim-05/")
    for words, reason in (("Set votes aside", "careless"), ("Let votes count again", "was wrong")):
        page.locator(f"text={words}").focus()
        page.keyboard.press("Enter")
        page.locator("#id_reason").focus()
        page.keyboard.press("Control+A")
        page.keyboard.type(reason)
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_selector(".history")

    kinds = project.annotators.get(name="sim-05").actions.values_list("kind", "reason")
    assert list(kinds) == [("requeued", "careless"), ("restored", "was wrong")]
