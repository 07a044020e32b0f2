"""Every endpoint × every role: who comes in, and who is told what it takes."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from curation.api import api
from curation.models import Project, Role
from curation.services.access import RIGHTS, Right
from curation.services.tokens import RIGHTS as SCOPES
from curation.services.tokens import Scope
from tests.curation.api.calling import kind_of, program, send
from tests.curation.api.rows import ROWS
from tests.curation.api.world import make_person, make_world, names_in

pytestmark = pytest.mark.django_db

NAMES_NONE = {("POST", "/projects")}  # so whoever has no role is not told that it is not there
PLANNED = {("POST", "/studies/plan"), ("POST", "/studies")}  # the plan names the projects
ALL = {scope: {None, *rights} for scope, rights in SCOPES.items()}
SCOPED = {  # what a token must hold where no project tells what its maker may
    ("GET", "/projects"): Right.SEE,
    ("GET", "/studies"): Right.SEE,
    ("GET", "/objectivity"): Right.SEE,
}
PEOPLE: tuple[Role | None, ...] = (*Role, None)


@pytest.fixture
def project() -> Project:
    return make_world()


@pytest.mark.parametrize("role", PEOPLE, ids=str)
def test_every_endpoint_lets_in_whose_role_suffices(project: Project, role: Role | None) -> None:
    caller = program(make_person(project, role), "manage")

    wrong = {row: status for row in ROWS if not _fits(status := _status(caller, row), row, role)}

    assert wrong == {}


@pytest.mark.parametrize("scope", Scope)
def test_every_endpoint_lets_in_a_token_whose_scopes_suffice(
    project: Project, scope: Scope
) -> None:
    caller = program(make_person(project, Role.OWNER), scope)

    refused = {row for row in ROWS if _lacks_scope(caller, row)}

    wanted = {row for row, (right, _) in ROWS.items() if SCOPED.get(row, right) not in ALL[scope]}
    assert refused == wanted


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


def _lacks_scope(caller: Client, row: tuple[str, str]) -> bool:
    answer = _answer(caller, row)
    return bool(answer.status_code == 403 and kind_of(answer) == "scope-missing")


def _status(caller: Client, row: tuple[str, str]) -> int:
    return int(_answer(caller, row).status_code)


def _answer(caller: Client, row: tuple[str, str]) -> Any:
    method, path = row
    body = ROWS[row][1]
    if row in PLANNED:
        body = {"plan": _plan()}
    with transaction.atomic():  # what the request changed is undone
        answer = send(caller, method, path.format(**names_in(path)), body)
        transaction.set_rollback(True)
    if answer.streaming:  # a zip, which ends its request when it is read
        list(answer.streaming_content)
    return answer


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
