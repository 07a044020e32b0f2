"""Lists a page at a time: every row once, whatever is added meanwhile."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from curation.models import Job, Project
from tests.curation.api.calling import detail, program, send
from tests.factories import make_member, make_project

pytestmark = pytest.mark.django_db

JOBS = "/projects/jokes/jobs"


@pytest.fixture
def project() -> Project:
    return make_project("jokes")


@pytest.fixture
def reader(project: Project) -> Client:
    return program(make_member(project), "read")


def follow(reader: Client, answer: Any) -> Any:
    address = answer.json()["next"]
    assert answer.headers["Link"] == f'<{address}>; rel="next"'
    return reader.get(address.removeprefix("http://testserver"))


def test_every_row_comes_once_while_others_are_added(reader: Client, project: Project) -> None:
    there = [Job.objects.create(project=project, kind="pull").pk for _ in range(5)]

    first = send(reader, "GET", f"{JOBS}?limit=2")
    Job.objects.create(project=project, kind="pull")
    second = follow(reader, first)
    third = follow(reader, second)

    pages = [[job["id"] for job in page.json()["results"]] for page in (first, second, third)]
    assert pages == [there[:2:-1], there[2:0:-1], there[:1]]
    assert third.json()["next"] is None
    assert "Link" not in third.headers


def test_filters_go_along_to_the_next_page(reader: Client, project: Project) -> None:
    for state in ("failed", "ready", "failed", "failed"):
        Job.objects.create(project=project, kind="pull", state=state)

    first = send(reader, "GET", f"{JOBS}?limit=2&state=failed")
    second = follow(reader, first)

    states = [job["state"] for page in (first, second) for job in page.json()["results"]]
    assert states == ["failed"] * 3


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("limit=0", 422),
        ("limit=501", 422),
        ("limit=x", 422),
        ("cursor=***", 400),
        ("cursor=bnVtYmVyOjE", 400),
        ("cursor=cGs6LTE", 400),
        ("cursor=%C3%A9", 400),
    ],
)
def test_a_page_that_cannot_be_is_refused(
    reader: Client, project: Project, query: str, status: int
) -> None:
    assert detail(send(reader, "GET", f"{JOBS}?{query}"), status)
