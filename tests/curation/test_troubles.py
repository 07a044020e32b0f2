"""A database that is away, a disk that is full: a sentence, not a crash."""

from __future__ import annotations

import errno

import pytest
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from curation.services.operations.outages import AWAY, FULL, outage
from curation.troubles import Troubles


def refuse(error: Exception) -> HttpResponse | None:
    def unanswered(request: HttpRequest) -> HttpResponse:
        raise AssertionError

    return Troubles(unanswered).process_exception(RequestFactory().get("/api/v1/projects"), error)


@pytest.mark.django_db
def test_a_page_says_that_the_disk_is_full(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> HttpResponse:
        raise OperationalError("database or disk is full")

    monkeypatch.setattr("allauth.account.forms.LoginForm.clean", full)

    answer = client.post("/login/", {"login": "ann", "password": "x"})

    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    assert "The disk of the server is full" in answer.content.decode()
    assert answer["Content-Security-Policy"]


@pytest.mark.django_db
def test_programs_get_problem_details() -> None:
    answer = refuse(OSError(errno.ENOSPC, "No space left on device"))

    assert answer is not None
    assert (answer.status_code, answer["Content-Type"]) == (503, "application/problem+json")
    assert FULL in answer.content.decode()


def test_a_bug_stays_a_bug() -> None:
    assert refuse(ValueError("x")) is None
    assert outage(OSError(errno.ENOENT, "no such file")) == ""


@pytest.mark.django_db
def test_a_locked_sqlite_is_an_outage_and_a_wrong_query_is_none() -> None:
    from django.db import connection

    if connection.vendor != "sqlite":
        pytest.skip("the words are SQLite's")

    assert outage(OperationalError("database is locked")) == AWAY
    assert outage(OperationalError("no such table: x")) == ""
