"""Ways in: links for a crowd, the list for members; who is turned away, and in which words."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest
from django.apps import apps
from django.test import Client
from django.utils import timezone

from curation.models import AnnotationRound, Annotator, Participation
from curation.services.annotating.joining import entry_link, invite, worker_name
from curation.services.annotating.rounds import change_state, withdraw_links
from tests.curation.annotate.visiting import (
    WORKER,
    ask_next,
    enter,
    give,
    join_path,
    make_page_round,
    path_of,
    said,
)

pytestmark = pytest.mark.django_db


def test_a_link_lets_somebody_in_without_account_or_session(client: Client) -> None:
    target = make_page_round()

    answer = client.get(join_path(target))

    assert answer.headers["Location"] == path_of(target)
    cookie = answer.cookies["concord_annotator"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["path"] == path_of(target)
    assert "text " in said(client.get(path_of(target)))
    assert set(client.cookies) <= {"concord_annotator", "concord_csrf"}


def test_the_same_person_by_the_same_link_is_the_same_participant(client: Client) -> None:
    target = make_page_round()

    for _ in range(2):
        client.get(join_path(target))
        Client().get(join_path(target))

    assert Participation.objects.count() == 1


def test_the_worker_id_is_neither_kept_nor_logged(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    target = make_page_round()

    browser = enter(target)
    give(browser, target, label="joke", seconds=2)
    give(browser, target, label="nonsense")
    change_state(target, AnnotationRound.State.CLOSED)
    client.get(join_path(target, f"{WORKER}-late"))
    personal = entry_link(target, worker=WORKER)
    client.get(f"/annotate/join/{personal}/")

    stored = [
        str(row)
        for model in apps.get_app_config("curation").get_models()
        for row in model._default_manager.all().values_list()
    ]
    assert not [row for row in stored if WORKER in row]
    assert WORKER not in caplog.text
    assert personal not in caplog.text
    assert Annotator.objects.get().name == worker_name(target, WORKER)


@pytest.mark.parametrize("query", ["", "?PROLIFIC_PID=", "?workerId=w1", "?PROLIFIC_PID=%00"])
def test_without_a_worker_id_the_page_says_which_is_missing(client: Client, query: str) -> None:
    target = make_page_round()

    answer = client.get(join_path(target, worker="") + query)

    assert answer.status_code == 400
    assert "does not say who you are (PROLIFIC_PID)" in said(answer)
    assert not Participation.objects.exists()


@pytest.mark.parametrize("parameter", ["PROLIFIC_PID", "workerId", "participant"])
def test_any_query_parameter_can_carry_the_worker_id(client: Client, parameter: str) -> None:
    target = make_page_round(worker_parameter=parameter)

    answer = client.get(f"/annotate/join/{entry_link(target)}/?{parameter}=w1&SESSION_ID=9")

    assert answer.headers["Location"] == path_of(target)


def test_a_link_for_one_person_needs_no_query(client: Client) -> None:
    target = make_page_round(invited_only=True)
    invite(target, worker_name(target, "mira@lab"))

    answer = client.get(f"/annotate/join/{entry_link(target, worker='mira@lab')}/")

    assert answer.status_code == 302


def test_a_changed_link_is_refused_and_logged(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    target = make_page_round()
    token = entry_link(target)

    for forged in (f"{token}x", token[5:], "x", f"{token}:{token}"):
        answer = client.get(f"/annotate/join/{forged}/?PROLIFIC_PID={WORKER}")

        assert answer.status_code == 403
        assert "This link is not whole" in said(answer)
    assert "concord_annotator" not in client.cookies
    assert caplog.text.count("refused with 403") == 4


def test_an_old_link_is_over(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    target = make_page_round()
    path = join_path(target, days=1)
    later = timezone.now() + timedelta(days=2)
    monkeypatch.setattr("curation.services.annotating.joining.timezone.now", lambda: later)

    answer = client.get(path)

    assert answer.status_code == 410
    assert "This link is over" in said(answer)


def test_a_withdrawn_link_is_over(client: Client) -> None:
    target = make_page_round()
    path = join_path(target)
    withdraw_links(target)

    answer = client.get(path)

    assert answer.status_code == 410
    assert "withdrawn" in said(answer)


@pytest.mark.parametrize("state", ["paused", "closed"])
def test_a_round_that_is_not_open_takes_nobody_in(client: Client, state: str) -> None:
    target = make_page_round()
    change_state(target, state)

    answer = client.get(join_path(target))

    assert answer.status_code == 409
    assert "not open now" in said(answer)


@pytest.mark.parametrize("state", ["paused", "closed"])
def test_a_round_that_stops_says_so_on_the_page(state: str) -> None:
    target = make_page_round()
    browser = enter(target)
    change_state(target, state)

    page = browser.get(path_of(target))

    assert page.status_code == 200
    assert f"This round is {state}; what you have answered is kept." in said(page)


def test_consent_comes_first_and_texts_after_it() -> None:
    target = make_page_round("text 0", consent="You may stop <b>at any time</b>.")
    browser = enter(target)

    before = browser.get(path_of(target))
    refused = give(browser, target, key="00000000-0000-0000-0000-000000000000", label="joke")
    browser.post(path_of(target), {"do": "agree"})
    after = browser.get(path_of(target))

    assert "You may stop &lt;b&gt;at any time&lt;/b&gt;." in said(before)
    assert "text 0" not in said(before)
    assert refused.status_code == 404
    assert "text 0" in said(after)
    assert Participation.objects.get().agreed_at is not None


def test_a_preview_of_mechanical_turk_shows_the_question_and_lets_nobody_in(
    client: Client,
) -> None:
    target = make_page_round(worker_parameter="workerId")
    link = f"/annotate/join/{entry_link(target)}/"

    answer = client.get(f"{link}?assignmentId=ASSIGNMENT_ID_NOT_AVAILABLE")

    assert answer.status_code == 200
    assert "This is a preview." in said(answer)
    assert "joke" in said(answer)
    assert "<form" not in said(answer)
    assert not Participation.objects.exists()


def test_a_stranger_is_told_to_use_the_link_or_to_sign_in(client: Client) -> None:
    target = make_page_round()

    page = client.get(path_of(target))
    asked = client.get(path_of(target, "next/"))

    assert (page.status_code, asked.status_code) == (401, 401)
    assert "This page does not know you" in said(page)
    assert f"/login/?next={path_of(target)}" in said(page)
    assert "This page does not know you" in asked.json()["sentence"]


def test_a_changed_cookie_is_a_stranger() -> None:
    target = make_page_round()
    browser = enter(target)
    value = browser.cookies["concord_annotator"].value
    browser.cookies["concord_annotator"] = "0" * 32 + value[32:]

    assert browser.get(path_of(target, "next/")).status_code == 401


def test_the_cookie_of_one_round_opens_no_other() -> None:
    mine, other = make_page_round(), make_page_round(slug="other")
    browser = enter(mine)
    browser.cookies["concord_annotator"]["path"] = "/"

    assert browser.get(path_of(other, "next/")).status_code == 401


def test_a_round_that_is_not_there_is_a_plain_sentence(admin_client: Client) -> None:
    answer = admin_client.get("/annotate/00000000-0000-0000-0000-000000000000/")

    assert answer.status_code == 404
    assert "There is no such round" in said(answer)


def test_each_has_texts_of_their_own_round() -> None:
    target = make_page_round()

    first, second = enter(target), enter(target, "another-worker")

    keys = [
        {task["key"] for task in ask_next(browser, target)["tasks"]} for browser in (first, second)
    ]
    assert not keys[0] & keys[1]
