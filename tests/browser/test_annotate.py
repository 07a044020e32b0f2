"""The built-in page in a real browser: by keyboard, by touch, offline, after a reload."""

from __future__ import annotations

import time
from typing import Any

import pytest

from curation.models import Annotation, AnnotationRound
from tests.browser.annotators import (
    PHONE,
    Come,
    answers,
    begin,
    press,
    text_of,
    wait_for_empty_queue,
    wait_for_saved,
)
from tests.curation.annotate.visiting import make_page_round

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def target() -> AnnotationRound:
    return make_page_round(*[f"text number {number}" for number in range(6)])


def test_twenty_texts_are_answered_by_keyboard_alone(come: Come) -> None:
    target = make_page_round(*[f"text number {number}" for number in range(20)])
    page = come(target)
    begin(page)

    given = [(press(page, "12"[n % 2]), ("joke", "news")[n % 2]) for n in range(20)]

    page.wait_for_selector("text=Thank you. You are through.")
    assert answers(target) == given
    assert page.inner_text("#far") == "20 of 20"
    assert page.problems == []


def test_the_next_text_is_there_before_the_server_has_answered(
    come: Come, target: AnnotationRound
) -> None:
    page = come(target)
    begin(page)
    page.wait_for_load_state("networkidle")
    waiting: list[Any] = []

    def keep_waiting(route: Any) -> None:
        waiting.append(route)

    page.route("**/answer/", keep_waiting)

    changed = page.evaluate(
        """() => {
          const box = document.querySelector("#text"), before = box.textContent;
          dispatchEvent(new KeyboardEvent("keydown", {key: "1", code: "Digit1"}));
          return before !== box.textContent;
        }"""
    )

    assert changed
    for _ in range(300):
        if waiting:
            break
        page.wait_for_timeout(30)
    waiting[0].continue_()
    wait_for_saved(page, "joke")


def test_an_answer_is_taken_back(come: Come, target: AnnotationRound) -> None:
    page = come(target)
    begin(page)
    text = press(page, "1")
    wait_for_saved(page, "joke")

    page.keyboard.press("z")
    page.wait_for_selector("text=Taken back: joke")
    assert text_of(page) == text
    assert page.get_attribute(".before", "value") == "joke"
    page.wait_for_timeout(200)
    press(page, "2")
    wait_for_saved(page, "news")

    assert answers(target) == [(text, "news")]


def test_a_skip_asks_for_its_reason(come: Come, target: AnnotationRound) -> None:
    page = come(target)
    begin(page)
    text = text_of(page)

    page.keyboard.press("s")
    page.wait_for_selector("text=Why skip this text?")
    page.keyboard.press("Escape")
    page.wait_for_selector("#skip .panel", state="hidden")
    assert text_of(page) == text
    page.keyboard.press("s")
    press(page, "2")
    page.wait_for_selector("text=Skipped, saved")

    assert answers(target) == [(text, "harmful")]


def test_a_key_that_is_held_down_answers_one_text(come: Come, target: AnnotationRound) -> None:
    page = come(target)
    begin(page)

    for _ in range(8):
        page.keyboard.down("1")
        page.wait_for_timeout(60)
    page.keyboard.up("1")
    wait_for_empty_queue(page)

    assert len(answers(target)) == 1


def test_time_is_measured_while_the_text_is_in_sight(come: Come, target: AnnotationRound) -> None:
    page = come(target)
    page.wait_for_timeout(700)  # behind the guideline
    began = time.monotonic()
    begin(page)
    hide = """hidden => {
      Object.defineProperty(document, "hidden", {value: hidden, configurable: true});
      document.dispatchEvent(new Event("visibilitychange"));
    }"""

    page.evaluate(hide, True)
    page.wait_for_timeout(1200)
    page.evaluate(hide, False)
    page.wait_for_timeout(300)
    press(page, "1")
    ended = time.monotonic()
    wait_for_empty_queue(page)

    seconds = Annotation.objects.get().seconds
    assert seconds is not None
    assert 0.4 <= seconds <= ended - began - 1.2  # out of sight for so long


def test_texts_are_answered_by_touch_on_a_phone(come: Come, target: AnnotationRound) -> None:
    page = come(target, width=390, **PHONE)
    page.wait_for_selector("[data-close]:visible")
    page.tap("text=Begin")
    page.wait_for_timeout(200)

    first = text_of(page)
    page.tap("[name=label] >> nth=1")
    wait_for_saved(page, "news")
    page.wait_for_timeout(200)
    second = text_of(page)
    page.tap("#skip summary")
    page.tap("text=Not my language")
    page.wait_for_selector("text=Skipped, saved")
    small = page.evaluate(
        """[...document.querySelectorAll(".work button, .work summary")]
           .filter(one => one.checkVisibility())
           .map(one => one.getBoundingClientRect())
           .filter(box => box.height < 44 || box.width < 44 || box.bottom > innerHeight).length"""
    )

    assert answers(target) == [(first, "news"), (second, "language")]
    assert small == 0
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_a_double_tap_answers_one_text(come: Come, target: AnnotationRound) -> None:
    page = come(target, width=390, **PHONE)
    page.wait_for_selector("[data-close]:visible")
    page.tap("text=Begin")
    page.wait_for_timeout(200)

    page.evaluate("const one = document.querySelector('[name=label]'); one.click(); one.click();")
    wait_for_empty_queue(page)

    assert len(answers(target)) == 1


@pytest.mark.parametrize("scripts", [True, False])
def test_the_page_works_with_and_without_scripts(
    come: Come, target: AnnotationRound, scripts: bool
) -> None:
    page = come(target, java_script_enabled=scripts)
    if scripts:
        begin(page)
    text = text_of(page)

    page.click("button:has-text('news')")
    page.wait_for_selector("text=1 of 6")
    page.click("text=Undo")
    page.wait_for_selector("text=0 of 6")
    if scripts:
        page.wait_for_timeout(200)
    page.click("#skip summary")
    page.click("text=The text is unclear")
    page.wait_for_selector("text=1 of 6")
    if scripts:
        wait_for_empty_queue(page)

    assert len(answers(target)) == 1
    assert answers(target)[0][1] == "unclear"
    assert text
