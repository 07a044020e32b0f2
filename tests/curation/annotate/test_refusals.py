"""Answers that are refused: said plainly, logged, and nothing changed."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from django.test import Client

from curation.models import Annotation, AnnotationRound, Annotator, Lease
from tests.curation.annotate.visiting import (
    ask_next,
    enter,
    give,
    make_page_round,
    path_of,
    post,
)

pytestmark = pytest.mark.django_db

NOBODY = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def target() -> AnnotationRound:
    return make_page_round()


@pytest.fixture
def browser(target: AnnotationRound) -> Client:
    return enter(target)


@pytest.mark.parametrize(
    ("sent", "status", "sentence"),
    [
        ({"label": "poem"}, 400, "This label is not one of the project's."),
        ({"skip": "boring"}, 400, "This is no reason to skip a text."),
        ({}, 400, "Choose one label, or a reason to skip."),
        ({"label": "joke", "skip": "other"}, 400, "Choose one label, or a reason to skip."),
        ({"label": "jo\x00ke"}, 400, "This answer cannot be read; reload the page."),
        ({"label": "\ud800"}, 400, "This answer cannot be read; reload the page."),
        ({"label": ["joke"]}, 400, "This answer cannot be read; reload the page."),
        ({"label": "j" * 61}, 400, "This answer cannot be read; reload the page."),
        ({"label": "joke", "key": "7"}, 400, "This answer names no text; reload the page."),
        ({"label": "joke", "key": 7}, 400, "This answer cannot be read; reload the page."),
        ({"label": "joke", "key": NOBODY}, 404, "This text is not in your hands any more"),
    ],
)
def test_an_answer_that_cannot_be_meant_is_refused_and_logged(
    browser: Client,
    target: AnnotationRound,
    caplog: pytest.LogCaptureFixture,
    sent: dict[str, Any],
    status: int,
    sentence: str,
) -> None:
    answer = give(browser, target, **sent)

    assert answer.status_code == status
    assert answer.json()["sentence"].startswith(sentence)
    assert "concord.annotate" in {record.name for record in caplog.records}
    assert f"refused with {status}" in caplog.text
    assert not Annotation.objects.exists()


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("", 400), ("[]", 400), ("null", 400), ("{", 400), ("[" * 4000, 400), ("NaN", 400),
        (b"\xff\xfe", 400), ('{"label": "%s"}' % ("j" * 5000), 413),
    ],
)  # fmt: skip
def test_a_body_that_is_no_answer_is_refused(
    browser: Client, target: AnnotationRound, body: str | bytes, status: int
) -> None:
    answer = post(browser, target, "answer/", body)

    assert answer.status_code == status
    assert "sentence" in answer.json()


def test_a_text_in_other_hands_cannot_be_answered(
    browser: Client, target: AnnotationRound, caplog: pytest.LogCaptureFixture
) -> None:
    theirs = ask_next(enter(target, "somebody else"), target)["tasks"][0]["key"]

    answer = give(browser, target, key=theirs, label="joke")

    assert answer.status_code == 403
    assert answer.json()["sentence"] == "This text is in somebody else's hands."
    assert not Annotation.objects.exists()
    assert Lease.objects.filter(key=theirs, held=True).exists()
    assert "text 0" not in caplog.text


def test_an_answer_that_comes_too_late_is_kept_aside_and_said() -> None:
    target = make_page_round("one text", overlap=1)
    slow, quick = enter(target, "slow"), enter(target, "quick")
    key = ask_next(slow, target)["tasks"][0]["key"]
    Lease.objects.update(expires_at="2020-01-01T00:00:00Z")
    give(quick, target, label="joke")

    answer = give(slow, target, key=key, label="news")

    assert answer.status_code == 409
    assert "yours was kept aside" in answer.json()["sentence"]
    assert target.strays.get().reason == "late"


def test_a_flood_is_slowed_down() -> None:
    target = make_page_round(*[f"text {number}" for number in range(40)])
    browser = enter(target)

    answers = [give(browser, target, label="joke") for _ in range(40)]

    flood = [answer for answer in answers if answer.status_code == 429]
    assert flood
    assert flood[0].headers["Retry-After"] == "5"
    assert "wait a moment" in flood[0].json()["sentence"]


def test_a_paused_annotator_is_told_so(browser: Client, target: AnnotationRound) -> None:
    Annotator.objects.update(standing="paused")

    answer = browser.get(path_of(target, "next/"))

    assert answer.status_code == 403
    assert "paused" in answer.json()["sentence"]


def test_answers_need_the_page_s_token(target: AnnotationRound) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.cookies = enter(target).cookies
    key = ask_next(browser, target)["tasks"][0]["key"]

    without = give(browser, target, key=key, label="joke")
    browser.get(path_of(target))
    token = browser.cookies["concord_csrf"].value
    with_it = browser.post(
        path_of(target, "answer/"),
        {"key": key, "label": "joke"},
        content_type="application/json",
        headers={"X-CSRFToken": token},
    )

    assert without.status_code == 403
    assert with_it.status_code == 200


@pytest.mark.parametrize(
    ("part", "method"), [("next/", "post"), ("answer/", "get"), ("undo/", "get")]
)
def test_each_address_takes_one_method(
    browser: Client, target: AnnotationRound, part: str, method: str
) -> None:
    assert getattr(browser, method)(path_of(target, part)).status_code == 405


def test_the_log_names_no_text_and_no_label(
    browser: Client, target: AnnotationRound, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="concord.annotate")

    give(browser, target, label="a-strange-label")

    assert "a-strange-label" not in caplog.text
    assert "text " not in " ".join(
        record.getMessage() for record in caplog.records if "refused" in record.getMessage()
    ).replace("context ", "")
