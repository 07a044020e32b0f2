"""The page itself, as it comes from the server: hostile texts, and everything without scripts."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client

from curation.models import Annotation, AnnotationRound
from curation.services.annotating.rounds import change_state
from tests.curation.annotate.visiting import ask_next, enter, make_page_round, path_of

pytestmark = pytest.mark.django_db

BIDI = "safe \u202etxet eht fo tser eht"
HOSTILE = {
    "script": "<script>alert(1)</script>",
    "closing": "</div></main></body><img src=x onerror=alert(1)>",
    "attribute": '" autofocus onfocus="alert(1)',
    "template": "{{ 7|add:7 }}{% csrf_token %}",
    "entity": "&lt;b&gt; &amp;",
    "bidi": BIDI,
    "emoji": "👩‍👩‍👧‍👦 🏳️‍🌈 ✊🏿",
    "hebrew": "שלום עולם",
}


def text_on(page: str) -> str:
    found = re.search(r'<div id="text"[^>]*>(.*?)</div>', page, re.DOTALL)
    assert found is not None
    return unescape(found[1])


def page_of(browser: Client, target: AnnotationRound) -> str:
    answer = browser.get(path_of(target))
    assert answer.status_code == 200
    return answer.content.decode()


def key_on(page: str) -> str:
    found = re.search(r'name="key" value="([^"]+)"', page)
    assert found is not None
    return found[1]


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_whatever_is_in_a_text_is_only_text(text: str) -> None:
    target = make_page_round(text)
    browser = enter(target)

    page = page_of(browser, target)

    assert text_on(page) == text
    assert ask_next(browser, target)["tasks"][0]["text"] == text
    assert "<script>alert" not in page
    assert "<img" not in page


def test_control_characters_are_seen_and_do_nothing() -> None:
    target = make_page_round("one\x01two\r\nthree\x1b[31m\x7f\x85end")
    browser = enter(target)

    told = ask_next(browser, target)["tasks"][0]["text"]

    assert told == "one␁two\nthree␛[31m␡\ufffdend"
    assert text_on(page_of(browser, target)) == told


def test_a_text_of_100_kb_comes_whole() -> None:
    text = "longword " * 12_000
    target = make_page_round(text)

    assert text_on(page_of(enter(target), target)) == text


def test_the_page_tells_neither_intended_label_nor_where_else_to_go() -> None:
    target = make_page_round()

    page = page_of(enter(target), target)

    assert "intended" not in page
    assert "<nav" not in page
    assert "purpose" not in page
    assert page.count('name="label"') == 2


def test_a_form_answers_a_text_without_scripts() -> None:
    target = make_page_round()
    browser = enter(target)
    key = key_on(page_of(browser, target))

    answer = browser.post(path_of(target), {"key": key, "label": "news"})

    assert answer.headers["Location"] == path_of(target)
    assert Annotation.objects.get().label is not None
    assert key_on(page_of(browser, target)) != key
    assert "1 of 4" in page_of(browser, target)


def test_a_form_skips_and_takes_back_without_scripts() -> None:
    target = make_page_round()
    browser = enter(target)

    browser.post(path_of(target), {"key": key_on(page_of(browser, target)), "skip": "harmful"})
    skipped = Annotation.objects.get().skip_reason
    browser.post(path_of(target), {"do": "undo"})

    assert skipped == "harmful"
    assert not Annotation.objects.exists()


@pytest.mark.parametrize(
    ("sent", "status", "sentence"),
    [
        ({"label": "poem"}, 400, "This label is not one of the project&#x27;s."),
        ({"label": "joke\x00"}, 400, "This answer cannot be read; reload the page."),
        ({"key": "7", "label": "joke"}, 400, "This answer names no text"),
        ({"do": "undo"}, 404, "There is no answer to take back."),
    ],
)
def test_a_refused_form_says_why_and_shows_the_text_again(
    sent: dict[str, str], status: int, sentence: str
) -> None:
    target = make_page_round()
    browser = enter(target)
    key = key_on(page_of(browser, target))

    answer = browser.post(path_of(target), {"key": key} | sent)

    assert answer.status_code == status
    assert sentence in answer.content.decode()
    assert 'id="text"' in answer.content.decode()


def test_somebody_who_is_through_gets_the_code() -> None:
    target = make_page_round("one text", completion_code="C0FFEE")
    browser = enter(target)

    browser.post(path_of(target), {"key": key_on(page_of(browser, target)), "label": "joke"})

    page = page_of(browser, target)
    assert ">C0FFEE</code>" in page
    assert 'data-scene="finished"' in page


def test_a_paused_round_is_said_on_a_page_that_was_open() -> None:
    target = make_page_round()
    browser = enter(target)
    key = key_on(page_of(browser, target))
    change_state(target, AnnotationRound.State.PAUSED)

    browser.post(path_of(target), {"key": key, "label": "joke"})

    assert Annotation.objects.count() == 1
    assert "This round is paused" in page_of(browser, target)


def test_labels_beyond_ten_get_letters_that_mean_nothing_else() -> None:
    from curation.services.annotating.rounds import RoundOptions, open_round
    from tests.factories import make_example, make_project

    project = make_project("many", labels=[f"label-{number}" for number in range(36)])
    make_example(project, "a text")
    target = open_round(project, RoundOptions(worker_parameter="PROLIFIC_PID"))

    page = page_of(enter(target), target)

    keys = re.findall(r'name="label"[^>]*data-key="(.)"', page)
    assert "".join(keys) == "1234567890abcdefhijklmnopqrtuvwxy"
    assert page.count('name="label"') == 36
