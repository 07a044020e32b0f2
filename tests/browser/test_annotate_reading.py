"""The built-in page for every reader, and whatever is in a text."""

from __future__ import annotations

from typing import Any

import pytest

from curation.models import AnnotationRound
from curation.services.annotating.joining import entry_link
from curation.services.annotating.rounds import RoundOptions, open_round
from curation.services.projects import NewLabel, create_project
from tests.browser.accessibility import findings
from tests.browser.annotators import PHONE, Come, answers, begin, press, text_of, until
from tests.curation.annotate.visiting import make_page_round
from tests.factories import make_example

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

HOSTILE = [
    "<script>document.title = 'owned'</script>",
    "</div><img src=x onerror=\"document.title = 'owned'\">",
    '"><svg/onload=document.title="owned">',
    "safe \u202etxet eht fo tser eht \u2066 and more \u2067",
    "one\x01two\x1b[31m\x7f",
    "Z̸̢̛͉̗͚a̵̡̛̗͎l̷̛͉͚g̸̢̛͉o̷̡͚ " * 20,
    "👩‍👩‍👧‍👦🏳️‍🌈✊🏿" * 200,
    "unbroken" * 12_500,
]


def told_round(**options: Any) -> AnnotationRound:
    """A round with everything that a page can show."""
    project = create_project(
        "irony",
        title="Is it ironic?",
        description="Does the writer mean the opposite of what the words say?",
        instructions="Read the whole text.\nJudge what the writer means.",
        labels=[
            NewLabel(name="ironic", title="Ironic", description="Not what the words say."),
            NewLabel(name="sincere", title="Sincere", description="As the words stand."),
        ],
    )
    make_example(project, "Oh great, another Monday.")
    return open_round(project, RoundOptions(worker_parameter="PROLIFIC_PID", **options))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing_serious(come: Come, width: int, scheme: str) -> None:
    target = told_round(consent="You may stop at any time.", completion_url="https://example.org/")
    page = come(target, width=width, scheme=scheme, **(PHONE if width == 390 else {}))

    assert findings(page) == [], "consent"
    page.click("text=I agree, begin")
    page.wait_for_selector("#text:visible")
    assert findings(page) == [], "text"
    for key in "gs":
        page.keyboard.press(key)
        page.wait_for_timeout(50)
        assert findings(page) == [], key
        page.keyboard.press("Escape")
    page.wait_for_timeout(200)
    press(page, "1")
    page.wait_for_selector("text=You are through.")
    assert findings(page) == [], "through"
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.problems == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_where_the_guideline_comes_first(come: Come, scheme: str) -> None:
    page = come(told_round(), scheme=scheme)
    page.wait_for_selector("text=Begin")

    assert findings(page) == []
    begin(page)
    page.keyboard.press("?")
    page.wait_for_selector("text=Skip, with a reason")
    assert findings(page) == []


def test_axe_finds_nothing_serious_for_strangers_previews_and_members(
    come: Come, open_page: Any, live_server: Any
) -> None:
    target = told_round()
    member = open_page("/annotate/")
    page = come(target)
    link = f"{live_server.url}/annotate/join/{entry_link(target)}/"

    assert findings(member) == []
    for query in ("", "?assignmentId=ASSIGNMENT_ID_NOT_AVAILABLE"):
        page.goto(link + query)
        assert findings(page) == []


def test_a_member_goes_from_the_list_to_the_texts(open_page: Any) -> None:
    target = told_round()
    page = open_page("/annotate/")

    page.click("text=Begin")
    begin(page)
    press(page, "2")
    page.wait_for_selector("text=You are through.")

    assert answers(target) == [("Oh great, another Monday.", "sincere")]


@pytest.mark.parametrize("width", [390, 1280])
def test_whatever_is_in_a_text_stays_in_its_box(come: Come, width: int) -> None:
    target = make_page_round(*HOSTILE)
    page = come(target, width=width)
    begin(page)

    for _ in HOSTILE:
        assert page.evaluate("document.documentElement.scrollWidth") == width
        assert page.evaluate(
            "document.querySelector('.choices').getBoundingClientRect().bottom <= innerHeight"
        )
        assert page.evaluate("document.querySelector('#text').childElementCount") == 0
        press(page, "1")

    page.wait_for_selector("text=You are through.")
    assert page.title() == "jokes · Concord"
    assert page.problems == []
    assert sorted(text for text, _ in answers(target)) == sorted(HOSTILE)


def test_right_to_left_texts_are_set_from_the_right(come: Come) -> None:
    page = come(make_page_round("שלום עולם, זה טקסט."))
    begin(page)

    assert page.evaluate("getComputedStyle(document.querySelector('#text')).direction") == "rtl"
    assert page.evaluate("getComputedStyle(document.querySelector('#far')).direction") == "ltr"


def test_a_long_text_is_scrolled_by_keyboard(come: Come) -> None:
    page = come(make_page_round("line\n" * 500))
    begin(page)

    page.keyboard.press("PageDown")
    page.keyboard.press("ArrowDown")

    until(page, "() => document.querySelector('#text').scrollTop > 100")


def test_the_guideline_stays_beside_the_text_and_answers_go_on(come: Come) -> None:
    target = make_page_round("first", "second")
    page = come(target)
    begin(page)

    page.keyboard.press("g")
    page.wait_for_timeout(50)
    text = press(page, "1")

    assert page.locator("#guideline .panel").is_visible()
    assert text != text_of(page)
    page.keyboard.press("Escape")
    page.wait_for_selector("#guideline .panel", state="hidden")


def test_keys_do_nothing_while_the_guideline_covers_the_text(come: Come) -> None:
    target = make_page_round("first", "second")
    page = come(target, width=390)
    page.wait_for_selector("[data-close]:focus")

    for key in ("1", "s", "z"):
        page.keyboard.press(key)
    page.wait_for_timeout(200)

    assert answers(target) == []
    assert page.locator("#skip .panel").is_hidden()


def test_new_texts_and_what_was_done_are_announced(come: Come) -> None:
    page = come(make_page_round("first", "second"))
    begin(page)

    assert page.get_attribute("#text", "aria-live") == "polite"
    assert page.get_attribute("#status", "role") == "status"
    press(page, "1")
    page.wait_for_selector("#status:text-is('joke, saved')")
    page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_a_digit_that_needs_shift_on_this_keyboard_is_a_digit(come: Come) -> None:
    target = make_page_round("first", "second")
    page = come(target)
    begin(page)
    text = text_of(page)

    page.evaluate('dispatchEvent(new KeyboardEvent("keydown", {key: "é", code: "Digit2"}))')
    page.wait_for_selector("#status:text-is('news, saved')")

    assert answers(target) == [(text, "news")]


def test_the_code_can_be_copied(come: Come) -> None:
    page = come(
        make_page_round("one text", completion_code="C0FFEE"),
        permissions=["clipboard-read", "clipboard-write"],
    )
    begin(page)
    press(page, "1")

    page.click("text=Copy")

    page.wait_for_selector("text=Copied")
    assert page.evaluate("navigator.clipboard.readText()") == "C0FFEE"
