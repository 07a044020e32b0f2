"""What the page's script asks for: texts, storing answers once, taking them back, refusals."""

from __future__ import annotations

import logging
import uuid
from typing import Any

import pytest
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from curation.models import Annotation, AnnotationRound, Annotator, Lease
from curation.services.annotating.rounds import change_state
from tests.curation.annotate.visiting import (
    ask_next,
    enter,
    give,
    make_page_round,
    path_of,
    post,
)
from tests.curation.annotating.room import add_known

pytestmark = pytest.mark.django_db

NOBODY = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def target() -> AnnotationRound:
    return make_page_round()


@pytest.fixture
def browser(target: AnnotationRound) -> Client:
    return enter(target)


def test_texts_come_ahead_with_nothing_that_tells_what_they_are_for(
    browser: Client, target: AnnotationRound
) -> None:
    told = ask_next(browser, target)

    assert len(told["tasks"]) == 3
    assert {*told["tasks"][0]} == {"key", "text", "again", "label"}
    assert told["standing"]["answered"] == 0
    assert told["standing"]["left"] == 4


def test_an_answer_is_stored_with_its_time_and_brings_the_next_texts(
    browser: Client, target: AnnotationRound
) -> None:
    first = ask_next(browser, target)["tasks"][0]

    told = give(browser, target, key=first["key"], label="joke", seconds=2.345).json()

    stored = Annotation.objects.get()
    assert (stored.label and stored.label.name, stored.seconds) == ("joke", 2.345)
    assert told["saved"]
    assert not told["repeated"]
    assert first["key"] not in [task["key"] for task in told["next"]]
    assert (told["standing"]["answered"], told["standing"]["left"]) == (1, 3)


def test_the_same_answer_sent_again_is_known(browser: Client, target: AnnotationRound) -> None:
    key = ask_next(browser, target)["tasks"][0]["key"]

    give(browser, target, key=key, label="joke")
    told = give(browser, target, key=key, label="joke").json()

    assert told["repeated"]
    assert Annotation.objects.count() == 1


@pytest.mark.parametrize("reason", ["unclear", "harmful", "language", "other"])
def test_a_skip_carries_its_reason(browser: Client, target: AnnotationRound, reason: str) -> None:
    assert give(browser, target, skip=reason).status_code == 200
    assert Annotation.objects.get().skip_reason == reason


def test_undo_brings_the_text_back_with_what_was_chosen(
    browser: Client, target: AnnotationRound
) -> None:
    first = ask_next(browser, target)["tasks"][0]
    give(browser, target, key=first["key"], label="news")

    told = post(browser, target, "undo/", {}).json()

    assert told["task"]["text"] == first["text"]
    assert (told["task"]["again"], told["task"]["label"]) == (True, "news")
    assert told["standing"]["answered"] == 0
    assert not Annotation.objects.exists()


def test_there_may_be_nothing_to_undo(browser: Client, target: AnnotationRound) -> None:
    answer = post(browser, target, "undo/", {})

    assert answer.status_code == 404
    assert answer.json()["sentence"] == "There is no answer to take back."


def test_the_last_answer_brings_the_code_and_the_way_back() -> None:
    target = make_page_round(
        "one text", completion_code="C0FFEE", completion_url="https://app.prolific.com/?cc=C0FFEE"
    )
    browser = enter(target)

    standing = give(browser, target, label="joke").json()["standing"]

    assert standing["scene"] == "finished"
    assert (standing["code"], standing["left"]) == ("C0FFEE", 0)
    assert standing["completion_url"] == "https://app.prolific.com/?cc=C0FFEE"


def test_a_way_back_that_is_no_web_address_is_not_offered() -> None:
    target = make_page_round("one text")
    AnnotationRound.objects.update(completion_url="javascript:alert(1)")

    standing = give(enter(target), target, label="joke").json()["standing"]

    assert standing["completion_url"] == ""


def test_being_through_outweighs_that_the_round_was_closed() -> None:
    target = make_page_round("one text", completion_code="C0FFEE")
    browser = enter(target)
    give(browser, target, label="joke")
    change_state(target, AnnotationRound.State.CLOSED)

    assert ask_next(browser, target)["standing"]["code"] == "C0FFEE"
    assert "C0FFEE" in browser.get(path_of(target)).content.decode()


def test_others_may_hold_what_is_left() -> None:
    target = make_page_round("one text", overlap=1)
    ask_next(enter(target, "first"), target)

    told = ask_next(enter(target, "second"), target)

    assert told["tasks"] == []
    assert told["standing"]["scene"] == "waiting"


def test_where_checks_are_among_the_texts_their_number_is_told_roughly() -> None:
    from curation.assignment import Checks
    from curation.services.annotating.rounds import RoundOptions, open_round

    project = make_page_round().project
    add_known(project, 5)
    target = open_round(
        project, RoundOptions(checks=Checks(gold=0.5), worker_parameter="PROLIFIC_PID")
    )
    browser = enter(target)

    left = [give(browser, target, label="joke").json()["standing"]["left"] for _ in range(4)]

    assert {*left} <= {10, 0}


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


@pytest.mark.parametrize(
    ("seconds", "stored"),
    [
        (2, 2.0), (-1, None), (1e300, None), ("2", None), (True, None), (float("nan"), None),
        ([], None),
    ],
)  # fmt: skip
def test_a_time_that_cannot_be_one_is_left_out(
    browser: Client, target: AnnotationRound, seconds: Any, stored: float | None
) -> None:
    assert give(browser, target, label="joke", seconds=seconds).status_code == 200
    assert Annotation.objects.get().seconds == stored


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


def test_an_answer_given_while_the_round_pauses_is_saved_and_the_pause_is_said(
    browser: Client, target: AnnotationRound
) -> None:
    key = ask_next(browser, target)["tasks"][0]["key"]
    change_state(target, AnnotationRound.State.PAUSED)

    told = give(browser, target, key=key, label="joke").json()

    assert told["saved"]
    assert (told["next"], told["standing"]["scene"]) == ([], "stopped")
    assert told["standing"]["sentence"].startswith("This round is paused")


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


def test_nothing_of_it_is_kept_by_a_cache(browser: Client, target: AnnotationRound) -> None:
    answers = [
        browser.get(path_of(target)),
        browser.get(path_of(target, "next/")),
        give(browser, target, label="joke"),
        give(browser, target, key=NOBODY, label="joke"),
        post(browser, target, "undo/", {}),
    ]

    assert [answer.headers["Cache-Control"] for answer in answers] == ["no-store"] * 5


def test_sessions_and_accounts_are_not_looked_up_for_somebody_with_a_cookie(
    browser: Client, target: AnnotationRound, django_assert_max_num_queries: Any
) -> None:
    asked: DjangoAssertNumQueries = django_assert_max_num_queries
    key = ask_next(browser, target)["tasks"][0]["key"]
    browser.cookies["concord_session"] = "a-session-of-long-ago"

    with asked(30) as first:
        give(browser, target, key=key, label="joke")
    with asked(30) as second:
        ask_next(browser, target)

    statements = " ".join(query["sql"] for query in [*first.captured_queries, *second])
    assert "django_session" not in statements
    assert "auth_user" not in statements
    assert uuid.UUID(key)


def test_the_log_names_no_text_and_no_label(
    browser: Client, target: AnnotationRound, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="concord.annotate")

    give(browser, target, label="a-strange-label")

    assert "a-strange-label" not in caplog.text
    assert "text " not in " ".join(
        record.getMessage() for record in caplog.records if "refused" in record.getMessage()
    ).replace("context ", "")
