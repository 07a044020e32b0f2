"""The built-in page in a real browser: when the way to the server is bad."""

from __future__ import annotations

from typing import Any

import pytest

from curation.models import AnnotationRound, Lease
from tests.browser.annotators import (
    OFFLINE,
    SETTLED,
    Come,
    answers,
    begin,
    path_in,
    press,
    text_of,
    until,
    wait_for_empty_queue,
)
from tests.curation.annotate.visiting import join_path, make_page_round

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def target() -> AnnotationRound:
    return make_page_round(*[f"text number {number}" for number in range(6)])


def test_an_answer_that_was_not_sent_yet_is_taken_back_here(
    come: Come, target: AnnotationRound
) -> None:
    page = come(target)
    begin(page)
    page.context.set_offline(True)
    text = press(page, "1")

    page.keyboard.press("z")
    page.wait_for_selector("text=Taken back: joke")
    page.context.set_offline(False)

    assert text_of(page) == text
    wait_for_empty_queue(page)
    assert answers(target) == []


def test_a_reload_in_the_middle_loses_nothing(come: Come, target: AnnotationRound) -> None:
    page = come(target)
    begin(page)
    page.route("**/answer/", lambda route: route.abort())
    given = [press(page, "1"), press(page, "2")]
    assert answers(target) == []

    page.unroute("**/answer/")
    page.reload()
    wait_for_empty_queue(page)
    page.wait_for_selector("#text:visible")

    assert answers(target) == [(given[0], "joke"), (given[1], "news")]
    assert text_of(page) not in given
    page.wait_for_selector("#far:text-is('2 of 6')")


def test_a_moment_offline_loses_and_doubles_nothing(come: Come, target: AnnotationRound) -> None:
    page = come(target)
    begin(page)
    page.context.set_offline(True)

    given = [(press(page, "1"), "joke"), (press(page, "2"), "news"), (press(page, "1"), "joke")]
    page.wait_for_selector("text=No connection. Kept in this browser and sent later: 3 answers.")
    page.wait_for_selector("text=One moment.")
    page.context.set_offline(False)
    wait_for_empty_queue(page)

    assert answers(target) == given
    page.wait_for_selector("text=No connection", state="hidden")
    page.wait_for_selector("#text:visible")
    assert [problem for problem in page.problems if OFFLINE not in problem] == []


def test_an_answer_whose_receipt_was_lost_counts_once(come: Come, target: AnnotationRound) -> None:
    page = come(target)
    begin(page)
    lost: list[Any] = []

    def lose_the_first(route: Any) -> None:
        if lost:
            return route.continue_()
        lost.append(route.fetch())  # the server has it, the browser does not know
        return route.abort()

    page.route("**/answer/", lose_the_first)
    text = press(page, "1")
    wait_for_empty_queue(page)

    assert answers(target) == [(text, "joke")]


def test_a_refused_answer_is_said_and_not_sent_again(come: Come) -> None:
    target = make_page_round("one text", "another text", overlap=1)
    page = come(target)
    begin(page)
    sent = []
    page.on("request", lambda request: sent.append(request.url))
    Lease.objects.all().delete()

    press(page, "1")
    page.wait_for_selector("#notice:visible")
    page.wait_for_timeout(1500)

    assert "not in your hands any more" in page.inner_text("#notice")
    assert len([url for url in sent if url.endswith("/answer/")]) == 1
    page.click("#notice button")
    page.wait_for_selector("#notice", state="hidden")


def test_a_server_that_asks_for_a_pause_gets_one(come: Come, target: AnnotationRound) -> None:
    page = come(target)
    begin(page)
    refused: list[int] = []

    def once(route: Any) -> None:
        if refused:
            return route.continue_()
        refused.append(1)
        return route.fulfill(status=429, headers={"Retry-After": "1"}, json={"sentence": "Slow."})

    page.route("**/answer/", once)
    text = press(page, "1")
    wait_for_empty_queue(page)

    assert answers(target) == [(text, "joke")]


def test_a_server_in_trouble_is_not_asked_for_ever(come: Come, target: AnnotationRound) -> None:
    page = come(target)
    page.clock.install()
    page.reload()
    begin(page)
    sent: list[int] = []

    def fail(route: Any) -> None:
        sent.append(1)
        route.fulfill(status=500, body="broken")

    page.route("**/answer/", fail)
    page.keyboard.press("1")
    for _ in range(12):
        page.wait_for_timeout(50)
        page.clock.fast_forward(31_000)

    page.wait_for_selector("text=kept in this browser: 1 answer.")
    assert len(sent) == 6
    page.unroute("**/answer/")
    page.click("text=Send again")
    wait_for_empty_queue(page)
    assert len(answers(target)) == 1


def test_what_others_hold_comes_by_itself_when_it_is_free(come: Come) -> None:
    target = make_page_round("one text", overlap=1)
    first = come(target)
    begin(first)
    first.context.close()
    lease = Lease.objects.get()
    lease.participation.annotator.name = "somebody-else"
    lease.participation.annotator.save()
    page = come(target)
    page.clock.install()
    page.wait_for_selector("text=This page looks again by itself.")

    Lease.objects.update(expires_at="2020-01-01T00:00:00Z")
    page.clock.fast_forward(16_000)

    page.wait_for_selector("#text:visible")
    assert text_of(page) == "one text"


def test_answers_wait_for_somebody_whose_cookie_is_gone(
    come: Come, target: AnnotationRound, live_server: Any
) -> None:
    page = come(target)
    begin(page)
    page.context.clear_cookies()

    text = text_of(page)
    page.keyboard.press("1")
    page.wait_for_selector("text=Kept in this browser until you are back: 1 answer.")
    assert page.locator("#text").is_hidden()
    page.click("text=Load the page again")
    page.wait_for_selector("text=This page does not know you")
    page.goto(f"{live_server.url}{path_in(target)}")
    wait_for_empty_queue(page)

    assert answers(target) == [(text, "joke")]


def test_answers_wait_for_whom_they_are_of_where_somebody_else_came_in(
    come: Come, target: AnnotationRound, live_server: Any
) -> None:
    page = come(target)
    begin(page)
    page.context.new_page().goto(live_server.url + join_path(target, "somebody-else"))

    page.keyboard.press("1")

    page.wait_for_selector("text=Kept in this browser until you are back: 1 answer.")
    assert answers(target) == []


def test_a_change_of_mind_after_a_lost_receipt_is_not_said_to_be_saved(
    come: Come, target: AnnotationRound
) -> None:
    page = come(target)
    begin(page)
    lose_answers_of(page, "answer")
    text = press(page, "1")
    page.wait_for_selector("#queue:visible")
    take_back(page, text)
    page.unroute("**/answer/")
    page.keyboard.press("2")
    page.wait_for_selector("#notice:visible")

    assert "was saved as joke already" in page.inner_text("#notice")
    assert answers(target) == [(text, "joke")]
    wait_for_empty_queue(page)
    take_back(page, text)
    page.keyboard.press("2")
    wait_for_empty_queue(page)
    assert answers(target) == [(text, "news")]


def test_a_text_whose_way_back_was_not_heard_of_comes_back(
    come: Come, target: AnnotationRound
) -> None:
    page = come(target)
    begin(page)
    text = press(page, "1")
    wait_for_empty_queue(page)
    lose_answers_of(page, "undo")
    with page.expect_response("**/next/"):
        page.keyboard.press("z")
    page.wait_for_selector("#status:text('whether it was taken back')")
    page.unroute("**/undo/")
    page.wait_for_timeout(SETTLED)

    seen = [press(page, "2") for _ in range(6)]
    wait_for_empty_queue(page)

    assert text in seen
    assert sorted(seen) == sorted(name for name, _ in answers(target))


def lose_answers_of(page: Any, what: str) -> None:
    """From now on the server does what it is asked for and the browser does not hear of it."""

    def lose(route: Any) -> None:
        route.fetch()
        route.abort()

    page.route(f"**/{what}/", lose)


def take_back(page: Any, text: str) -> None:
    page.keyboard.press("z")
    until(page, "text => document.querySelector('#text').textContent === text", text)
    page.wait_for_timeout(SETTLED)
