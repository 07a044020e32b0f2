"""What the page's script asks for: texts, storing answers once, taking them back, refusals."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from curation.assignment import Checks
from curation.models import Annotation, AnnotationRound
from curation.services.annotating.rounds import RoundOptions, change_state, open_round
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
    project = make_page_round().project
    add_known(project, 5)
    target = open_round(
        project, RoundOptions(checks=Checks(gold=0.5), worker_parameter="PROLIFIC_PID")
    )
    browser = enter(target)

    left = [give(browser, target, label="joke").json()["standing"]["left"] for _ in range(4)]

    assert {*left} <= {10, 0}


@pytest.mark.parametrize(("limit", "about"), [(3, False), (400, True)])
def test_where_a_limit_is_far_off_checks_are_still_hidden_in_the_number(
    limit: int, about: bool
) -> None:
    project = make_page_round().project
    add_known(project, 5)
    options = RoundOptions(
        checks=Checks(gold=0.5), answers_each=limit, worker_parameter="PROLIFIC_PID"
    )
    target = open_round(project, options)

    told = give(enter(target), target, label="joke").json()["standing"]

    assert told["about"] is about


@pytest.mark.parametrize("limit", [None, 3])
def test_texts_of_a_qualification_are_counted_like_all_others(limit: int | None) -> None:
    project = make_page_round().project
    add_known(project, 5)
    options = RoundOptions(
        checks=Checks(qualification=2), answers_each=limit, worker_parameter="PROLIFIC_PID"
    )
    target = open_round(project, options)
    browser = enter(target)

    before = ask_next(browser, target)["standing"]
    told = [give(browser, target, label="joke").json()["standing"] for _ in range(4)]

    left = 2 + (limit or 4)
    assert [(one["answered"], one["left"], one["about"]) for one in (before, *told)] == [
        (number, left - number, False) for number in range(5)
    ]


@pytest.mark.parametrize(
    ("seconds", "stored"),
    [
        (2, 2.0), (-1, None), (1e300, None), ("2", None), (True, None), (float("nan"), None),
        ([], None), (10**400, None),
    ],
)  # fmt: skip
def test_a_time_that_cannot_be_one_is_left_out(
    browser: Client, target: AnnotationRound, seconds: Any, stored: float | None
) -> None:
    assert give(browser, target, label="joke", seconds=seconds).status_code == 200
    assert Annotation.objects.get().seconds == stored


def test_an_answer_given_while_the_round_pauses_is_saved_and_the_pause_is_said(
    browser: Client, target: AnnotationRound
) -> None:
    key = ask_next(browser, target)["tasks"][0]["key"]
    change_state(target, AnnotationRound.State.PAUSED)

    told = give(browser, target, key=key, label="joke").json()

    assert told["saved"]
    assert (told["next"], told["standing"]["scene"]) == ([], "stopped")
    assert told["standing"]["sentence"].startswith("This round is paused")


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
