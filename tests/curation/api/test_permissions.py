"""Every endpoint × every role: who comes in, and who is told what it takes."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from curation.api import api
from curation.models import Project, Role
from curation.services.access import RIGHTS
from tests.curation.api.calling import program, send
from tests.curation.api.rows import ROWS
from tests.curation.api.world import make_world, names_in
from tests.factories import make_member

pytestmark = pytest.mark.django_db

NAMES_NONE = {("POST", "/projects")}  # so whoever has no role is not told that it is not there
PLANNED = {("POST", "/studies/plan"), ("POST", "/studies")}  # the plan names the projects
PEOPLE: tuple[Role | None, ...] = (*Role, None)


@pytest.fixture
def project() -> Project:
    return make_world()


@pytest.mark.parametrize("role", PEOPLE, ids=str)
def test_every_endpoint_lets_in_whose_role_suffices(project: Project, role: Role | None) -> None:
    caller = program(make_member(project, role), "manage")

    wrong = {row: status for row in ROWS if not _fits(status := _status(caller, row), row, role)}

    assert wrong == {}


def test_nobody_comes_in_without_a_token_or_a_login(project: Project, client: Client) -> None:
    open_to_all = {("GET", "/problems"), ("GET", "/problems/{name}")}

    statuses = {row: _status(client, row) for row in ROWS if row not in open_to_all}

    assert {row: status for row, status in statuses.items() if status != 401} == {}


def test_a_new_endpoint_has_a_row() -> None:
    described = {
        (method.upper(), path.removeprefix("/api/v1"))
        for path, methods in api.get_openapi_schema()["paths"].items()
        for method in methods
    }

    assert described == ROWS.keys()


def _status(caller: Client, row: tuple[str, str]) -> int:
    method, path = row
    body = ROWS[row][1]
    if row in PLANNED:
        body = {"plan": _plan()}
    answer = send(caller, method, path.format(**names_in(path)), body)
    if answer.streaming:  # a zip, which ends its request when it is read
        list(answer.streaming_content)
    return int(answer.status_code)


def _plan() -> dict[str, Any]:
    return {
        "title": "Is it as good?",
        "projects": ["jokes"],
        "arms": [{"name": "Synthetic", "source": "synthetic"}],
        "classifiers": {"tfidf": {"classifier": "tfidf"}},
    }


def _fits(status: int, row: tuple[str, str], role: Role | None) -> bool:
    right = ROWS[row][0]
    if right is None or (role is not None and right in RIGHTS[role]):
        return status not in {401, 403, 422, 500}
    return status == (404 if role is None and row not in NAMES_NONE else 403)
