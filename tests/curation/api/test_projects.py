"""Projects and labels: made, changed, and refused in a sentence."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from curation.models import Membership, Project, Role
from tests.curation.api.calling import detail, kind_of, post, program, send
from tests.factories import make_member, make_project

pytestmark = pytest.mark.django_db

NEW = {
    "slug": "tweets",
    "labels": [{"name": "yes", "title": "It does"}, {"name": "no"}],
    "question": "Does it complain?",
    "overlap": 5,
}


@pytest.fixture
def project() -> Project:
    return make_project("jokes")


@pytest.fixture
def owner(project: Project) -> Client:
    return program(make_member(project, name="mira"))


def test_who_makes_a_project_owns_it(owner: Client) -> None:
    answer = post(owner, "/projects", NEW)

    told = answer.json()
    assert answer.status_code == 201
    assert answer.headers["Location"] == told["href"] == "http://testserver/api/v1/projects/tweets"
    assert (told["overlap"], told["role"]) == (5, "owner")
    assert [label["title"] for label in told["labels"]] == ["It does", "no"]
    assert Membership.objects.get(project__slug="tweets").user.get_username() == "mira"


def test_a_project_is_made_like_a_preset(owner: Client) -> None:
    told = post(owner, "/projects", {"slug": "clicks", "preset": "clickbait"})

    known = told.status_code == 201 and len(told.json()["labels"]) > 1
    assert known or "There is no preset 'clickbait'; choose one of" in detail(told, 400)


@pytest.mark.parametrize(
    ("change", "status", "sentence"),
    [
        ({"slug": "Tweets!"}, 400, "cannot name a project"),
        ({"slug": "jokes"}, 400, "There is a project 'jokes' already"),
        ({"labels": [{"name": "yes"}]}, 400, "at least two labels"),
        ({"labels": []}, 400, "either labels or the name of a preset"),
        ({"overlap": 0}, 422, "overlap"),
        ({"colour": "red"}, 422, "Extra inputs"),
        ({"writing": {"words": [9, 1]}}, 400, "fewest and its most words"),
    ],
)
def test_a_project_that_cannot_be_is_refused(
    owner: Client, change: dict[str, Any], status: int, sentence: str
) -> None:
    assert sentence in detail(post(owner, "/projects", {**NEW, **change}), status)
    assert Project.objects.count() == 1


def test_what_is_left_out_of_a_change_stays(owner: Client, project: Project) -> None:
    told = send(owner, "PATCH", "/projects/jokes", {"question": "Is it funny?", "threshold": 0.7})

    project.refresh_from_db()
    assert (told.json()["question"], told.json()["threshold"]) == ("Is it funny?", 0.7)
    assert (project.description, project.overlap, project.title) == ("Is it funny?", 3, "jokes")


def test_only_an_owner_changes_a_project(project: Project) -> None:
    researcher = program(make_member(project, Role.RESEARCHER))

    answer = send(researcher, "PATCH", "/projects/jokes", {"overlap": 5})

    assert kind_of(answer) == "not-allowed"


def test_what_a_label_says_is_changed_and_its_name_stays(owner: Client, project: Project) -> None:
    told = send(owner, "PATCH", "/projects/jokes/labels/joke", {"title": "A joke"}).json()

    listed = send(owner, "GET", "/projects/jokes/labels").json()
    assert told == {"name": "joke", "title": "A joke", "description": ""}
    assert [label["title"] for label in listed] == ["A joke", "news"]


def test_a_label_that_is_not_there_is_not_found(owner: Client) -> None:
    answer = send(owner, "PATCH", "/projects/jokes/labels/other", {"title": "x"})

    assert "no label 'other'" in detail(answer, 404)


def test_texts_that_no_database_keeps_are_refused(owner: Client) -> None:
    answer = send(owner, "PATCH", "/projects/jokes", {"question": "a\0b"})

    assert "NUL" in detail(answer, 422)
    assert "NUL" in detail(send(owner, "GET", "/projects/jokes/examples?text=%00"), 400)
