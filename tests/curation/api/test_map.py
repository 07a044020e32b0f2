"""The map for programs."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client

from curation.models import Project, Role
from tests.curation.api.calling import program
from tests.curation.mapping.mapped import make_map
from tests.factories import make_member, make_project

pytestmark = pytest.mark.django_db
MAP = "/api/v1/projects/jokes/map"


@pytest.fixture
def project() -> Project:
    return make_project("jokes", labels=("joke", "news"))


@pytest.fixture
def caller(project: Project) -> Client:
    return program(make_member(project, Role.AUDITOR), "read")


def test_a_map_that_was_never_drawn_is_a_conflict(caller: Client) -> None:
    for address in (MAP, f"{MAP}/points"):
        answer = caller.get(address)
        assert answer.status_code == 409
        assert "start the job map" in answer.json()["detail"]


def test_the_map_and_all_its_points_page_by_page(
    caller: Client, project: Project, concord_home: Path
) -> None:
    make_map(project, concord_home)

    facts = caller.get(MAP).json()
    address, found = f"{MAP}/points?limit=15", []
    while address:
        page = caller.get(address).json()
        found += page["results"]
        address = page["next"]

    assert (facts["texts"], facts["shown"], facts["new"]) == (40, 40, 0)
    assert [group["texts"] for group in facts["groups"]] == [20, 20]
    names = list(project.examples.order_by("pk").values_list("external_id", flat=True))
    assert [point["id"] for point in found] == names
    assert all(0 <= point["x"] <= 1 and 0 <= point["y"] <= 1 for point in found)


def test_points_are_asked_for_by_a_line_and_by_group(
    caller: Client, project: Project, concord_home: Path
) -> None:
    make_map(project, concord_home)
    square = "-1,-1 0.5,-1 0.5,2 -1,2"

    every = caller.get(f"{MAP}/points").json()["results"]
    within = caller.get(f"{MAP}/points", {"within": square}).json()["results"]
    first = caller.get(f"{MAP}/points", {"group": 1}).json()["results"]

    assert within == [point for point in every if point["x"] < 0.5]
    assert first == [point for point in every if point["group"] == 1]
    assert len(first) == 20


@pytest.mark.parametrize("wrong", [{"within": "0,0"}, {"cursor": "x"}, {"group": "0"}])
def test_what_cannot_be_meant_is_refused(
    caller: Client, project: Project, concord_home: Path, wrong: dict[str, str]
) -> None:
    make_map(project, concord_home)

    assert caller.get(f"{MAP}/points", wrong).status_code in {400, 422}
