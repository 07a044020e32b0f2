"""Pages about rounds in a real browser."""

from __future__ import annotations

from typing import Any

import pytest

from curation.models import AnnotationRound
from curation.services.annotating.joining import join
from curation.services.annotating.rounds import change_state
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


@pytest.mark.parametrize("path", [HOME, f"{HOME}1/", "/projects/jokes/"])
def test_answers_come_into_an_open_page_by_themselves(
    target: AnnotationRound, open_page: Any, path: str
) -> None:
    page = open_page(path)
    page.evaluate("window.same = true")
    before = page.inner_text("main")

    answer(join(target, "worker-2"))
    page.wait_for_selector(f"main :text('3 of {target.overlap * 2}')", timeout=25_000)

    assert f"2 of {target.overlap * 2}" in before
    assert page.evaluate("window.same")  # the page was never loaded anew
    assert page.problems == []


def test_what_one_reads_and_fills_in_stays_while_answers_come(
    target: AnnotationRound, open_page: Any
) -> None:
    page = open_page(f"{HOME}1/")
    page.click("text=Another life time")
    page.fill("#worker", "somebody")
    page.click("text=The numbers as a table")

    answer(join(target, "worker-2"))
    page.wait_for_selector("main :text('3 of')", timeout=25_000)
    page.wait_for_selector("[data-watch=answers] .chart td:text-is('3')")

    assert page.input_value("#worker") == "somebody"
    assert page.evaluate("document.activeElement.textContent") == "The numbers as a table"


def test_a_page_sees_the_end_of_its_round_and_asks_no_more(
    target: AnnotationRound, open_page: Any
) -> None:
    page = open_page(f"{HOME}1/")
    page.evaluate("window.same = true")

    change_state(target, "closed")
    page.wait_for_selector(".tag:text('closed')", timeout=25_000)
    asked_for: list[str] = []
    page.on("request", lambda request: asked_for.append(request.url))
    page.wait_for_timeout(11_000)

    assert asked_for == []
    assert page.evaluate("window.same")


def test_a_server_that_is_away_for_a_moment_is_asked_again(
    target: AnnotationRound, open_page: Any
) -> None:
    page = open_page(f"{HOME}1/")
    away = 1

    def sometimes(route: Any) -> None:
        nonlocal away
        if away:
            away -= 1
            route.fulfill(status=503, body="away")
        else:
            route.continue_()

    page.route(f"**{HOME}1/", sometimes)
    answer(join(target, "worker-2"))

    page.wait_for_selector("main :text('3 of')", timeout=40_000)
    assert away == 0
