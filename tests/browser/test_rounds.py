"""Pages about rounds in a real browser."""

from __future__ import annotations

from typing import Any

import pytest

from curation.models import AnnotationRound
from curation.services.annotating.joining import join
from tests.browser.accessibility import findings
from tests.curation.annotate.visiting import make_page_round
from tests.curation.annotating.room import answer

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

HOME = "/projects/jokes/rounds/"


@pytest.fixture
def target() -> AnnotationRound:
    target = make_page_round("a text", "unbroken" * 100)
    person = join(target, "worker-1")
    answer(person)
    answer(person, "news")
    return target


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("path", ["", "new/", "1/"])
def test_nothing_spills_over_nothing_is_blocked_and_axe_finds_nothing_serious(
    target: AnnotationRound, open_page: Any, path: str, width: int, scheme: str
) -> None:
    page = open_page(f"{HOME}{path}", width=width, scheme=scheme)
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")

    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert findings(page) == []
    assert page.problems == []


def test_a_round_is_opened_and_its_link_lets_somebody_in(
    target: AnnotationRound, open_page: Any, chromium: Any
) -> None:
    page = open_page(HOME)
    page.click("text=Open a round on the built-in page")
    page.click("text=For a crowd that comes by link")
    page.fill("#id_worker_parameter", "workerId")
    page.click("text=Open the round")
    page.wait_for_selector("text=Give it out")
    link = page.locator(".command code").first.inner_text()

    context = chromium.new_context()
    visitor = context.new_page()
    visitor.goto(link.replace("=ID", "=w1"))
    visitor.wait_for_selector("text=Begin")
    context.close()

    assert target.project.rounds.count() == 2
