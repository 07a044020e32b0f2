"""Every address and method × every role: who gets in, and what the others are answered."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.shortcuts import resolve_url
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.permission_rows import FOREIGN, IN, LOGIN, PEOPLE, ROWS, SEE, Row
from tests.permission_scene import Scene, make_scene

API = "api/v1/"


def routes(patterns: list[Any] | None = None, prefix: str = "") -> Iterator[str]:
    """Every address the application answers, as a row names it."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = prefix + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", str(pattern.pattern))
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern):
            yield route


def test_every_address_has_a_row() -> None:
    known = {row.route for row in ROWS}
    there = {route for route in routes() if not route.startswith((API, *FOREIGN))}

    assert there - known == set(), "say in tests/permission_rows.py who may go there"
    assert known - there == set(), "these rows lead nowhere"


@pytest.fixture
def scene(db: None) -> Scene:
    return make_scene()


def ask(user: User | None, row: Row, scene: Scene) -> Any:
    """The answer, by a browser of its own; what it changed is undone."""
    client = Client(raise_request_exception=False)
    path = "/" + row.path.format(**scene)
    with transaction.atomic():
        if user is not None:
            client.force_login(user)
        answer = client.get(path) if row.method == "GET" else client.post(path, row.body)
        transaction.set_rollback(True)
    return answer


def in_words(answer: Any) -> str | int:
    """What a row calls this answer."""
    door = f"{resolve_url(settings.LOGIN_URL)}?next="
    if answer.status_code == 302 and answer["Location"].startswith(door):
        return LOGIN
    refused = answer.status_code in {401, 403, 404, 405, 500}
    return int(answer.status_code) if refused else IN


@pytest.mark.parametrize("person", PEOPLE)
def test_everybody_gets_where_their_role_leads_and_nowhere_else(scene: Scene, person: str) -> None:
    people: Any = scene["people"]

    got = {(row.method, row.path): in_words(ask(people[person], row, scene)) for row in ROWS}

    wanted = {(row.method, row.path): row.answers[PEOPLE.index(person)] for row in ROWS}
    wrong = {key: (got[key], wanted[key]) for key in wanted if got[key] != wanted[key]}
    assert wrong == {}, "(what was answered, what should be)"


def test_what_has_no_row_for_a_method_does_not_take_it(scene: Scene) -> None:
    people: Any = scene["people"]
    known = {(row.method, row.route) for row in ROWS}
    others = {
        row.route: Row(method=method, route=row.route, path=row.path, answers=())
        for row in ROWS
        for method in ("GET", "POST")
        if (method, row.route) not in known
    }

    got = {route: in_words(ask(people["owner"], row, scene)) for route, row in others.items()}

    assert {route: answer for route, answer in got.items() if answer != 405} == {}


def test_whoever_may_not_is_told_in_one_sentence_which_role_may(scene: Scene) -> None:
    people: Any = scene["people"]
    row = next(row for row in ROWS if row.route.endswith("members/invite/"))

    page = ask(people["auditor"], row, scene).content.decode()

    assert "this takes the role owner, but yours is auditor; ask an owner of it." in page


def test_whoever_only_reads_is_offered_nothing_that_changes_something(scene: Scene) -> None:
    people: Any = scene["people"]
    read = [row for row in ROWS if row.answers == SEE and row.method == "GET"]

    pages = {row.path: ask(people["auditor"], row, scene) for row in read}

    offered = {
        path: found
        for path, page in pages.items()
        if "text/html" in page["Content-Type"] and (found := forms(page.content.decode()))
    }
    assert offered == {}


def forms(page: str) -> list[str]:
    """Forms with a button that sends something, but the one that logs out."""
    found = re.findall(r'(<form [^>]*method="post"(?![^>]*/logout/)[^>]*>)(.*?)</form>', page, re.S)
    return [start for start, inside in found if "<button" in inside]
