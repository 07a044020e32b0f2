"""Every refusal is of a kind with an address, and every kind is written down."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import OperationalError, connection
from django.test import Client

from curation.api.problems import BY_ERROR, BY_STATUS, KINDS, problem

pytestmark = pytest.mark.django_db

DOCS = Path(__file__).parents[3] / "docs" / "api.md"


def test_every_kind_is_in_the_documentation() -> None:
    text = DOCS.read_text()

    assert [name for name in KINDS if f"`{name}`" not in text] == []


def test_every_error_and_every_status_has_a_kind() -> None:
    assert {name for _, name in BY_ERROR} | set(BY_STATUS.values()) <= KINDS.keys()
    assert [status for status, name in BY_STATUS.items() if KINDS[name].status != status] == []


@pytest.mark.parametrize("name", list(KINDS))
def test_the_address_of_a_kind_tells_what_it_means(client: Client, name: str) -> None:
    refusal = problem(name, "A sentence.")

    told = client.get(f"/api/v1/problems/{name}").json()

    assert told["type"] == f"/api/v1/problems/{name}"
    assert told["status"] == refusal.status_code
    assert told["meaning"]


@pytest.mark.parametrize(
    "path", ["nothing", "projects/jokes/jobs/-1", "projects/%0A/jobs/x/cancel"]
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_programs_are_not_told_in_html(client: Client, path: str, method: str) -> None:
    answer = getattr(client, method)(f"/api/v1/{path}")

    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_all_kinds_are_listed(client: Client) -> None:
    listed = client.get("/api/v1/problems").json()

    assert [kind["type"].rpartition("/")[2] for kind in listed] == list(KINDS)


def test_a_kind_that_is_none_is_not_found(client: Client) -> None:
    assert client.get("/api/v1/problems/other").status_code == 404


@pytest.mark.parametrize(("words", "status"), [("database is locked", 503), ("syntax error", 500)])
def test_a_database_that_is_away_is_no_bug_and_a_bug_is_one(
    words: str, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("the words are SQLite's")

    def fail(*_: object) -> None:
        raise OperationalError(words)

    monkeypatch.setattr("curation.api.door.find_token", fail)
    client = Client(raise_request_exception=False, headers={"Authorization": "Bearer x"})

    answer = client.get("/api/v1/projects")

    assert answer.status_code == status
    assert status == 500 or answer.headers["Retry-After"]
