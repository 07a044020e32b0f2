"""Rounds and answers: opened, given out, answered, paused, read by pseudonym."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from curation.models import Annotation, Project, Role
from tests.curation.api.calling import detail, kind_of, post, program, send
from tests.factories import annotate, make_example, make_member, make_project

pytestmark = pytest.mark.django_db

ROUNDS, VOTES = "/projects/jokes/rounds", "/projects/jokes/votes"


@pytest.fixture
def project() -> Project:
    project = make_project("jokes", overlap=2)
    make_example(project, name="a")
    make_example(project, name="b")
    return project


@pytest.fixture
def owner(project: Project) -> Client:
    return program(make_member(project))


def test_a_round_is_opened_watched_and_closed(owner: Client) -> None:
    opened = post(owner, ROUNDS, {"overlap": 3})
    tasks = send(owner, "GET", f"{ROUNDS}/1/tasks?state=open").json()["results"]
    closed = send(owner, "PATCH", f"{ROUNDS}/1", {"state": "closed"}).json()

    assert opened.status_code == 201
    assert (opened.json()["tasks"], opened.json()["wanted"]) == (2, 6)
    assert {task["example"]: task["due"] for task in tasks} == {"a": 3, "b": 3}
    assert closed["state"] == "closed"
    assert [one["number"] for one in send(owner, "GET", ROUNDS).json()["results"]] == [1]


@pytest.mark.parametrize(
    ("asked", "status", "sentence"),
    [
        ({"first": 3, "overlap": 2}, 400, "not within the overlap"),
        ({"checks": {"gold": 0.2}}, 409, "no texts with known answers"),
        ({"checks": {"gold": 0.4, "repeat": 0.4}}, 400, "add up to 0.8"),
        ({"completion_url": "ftp://x"}, 400, "Nobody can go back to"),
        ({"overlap": 0}, 422, "overlap"),
    ],
)
def test_a_round_that_cannot_be_held_is_refused(
    owner: Client, project: Project, asked: dict[str, Any], status: int, sentence: str
) -> None:
    assert sentence in detail(post(owner, ROUNDS, asked), status)
    assert not project.rounds.exists()


def test_a_link_lets_people_in_until_it_is_withdrawn(owner: Client, client: Client) -> None:
    post(owner, ROUNDS, {})
    link = post(owner, f"{ROUNDS}/1/links", {"days": 2}).json()["link"]

    before = client.get(f"{link}?worker=w1").status_code
    gone = send(owner, "DELETE", f"{ROUNDS}/1/links")

    assert before in {200, 302}
    assert gone.status_code == 204
    assert client.get(f"{link}?worker=w2").status_code == 410


def test_new_texts_are_added_to_the_line(owner: Client, project: Project) -> None:
    post(owner, ROUNDS, {})
    make_example(project, name="c")

    assert post(owner, f"{ROUNDS}/1/refill").json() == {"added": 1}


def test_an_annotator_answers_and_takes_it_back(owner: Client, project: Project) -> None:
    post(owner, ROUNDS, {})
    annotator = program(make_member(project, Role.ANNOTATOR), "annotate")

    held = post(annotator, f"{ROUNDS}/1/hands").json()
    given = {"key": held[0]["key"], "label": "joke", "seconds": 2.5}
    first, second = (post(annotator, f"{ROUNDS}/1/answers", given).json() for _ in range(2))
    undone = post(annotator, f"{ROUNDS}/1/answers/undo").json()

    assert (first["repeated"], second["repeated"]) == (False, True)
    assert (undone["again"], undone["label"]) == (True, "joke")
    assert not Annotation.objects.exists()


def test_an_annotator_reads_nothing_else(owner: Client, project: Project) -> None:
    post(owner, ROUNDS, {})
    annotator = program(make_member(project, Role.ANNOTATOR))

    for path in (ROUNDS, VOTES, f"{ROUNDS}/1/tasks", "/projects/jokes/examples"):
        assert kind_of(send(annotator, "GET", path)) == "not-allowed", path


def test_an_answer_that_is_none_is_refused(owner: Client, project: Project) -> None:
    post(owner, ROUNDS, {})
    annotator = program(make_member(project, Role.ANNOTATOR))
    held = post(annotator, f"{ROUNDS}/1/hands").json()

    answer = post(annotator, f"{ROUNDS}/1/answers", {"key": held[0]["key"], "label": "other"})

    assert detail(answer, 400)


def test_votes_are_added_once_and_read_by_pseudonym(owner: Client, project: Project) -> None:
    sent = {
        "votes": [
            {"example": "a", "annotator": "mira@example.org", "label": "joke", "seconds": 3},
            {"example": "b", "annotator": "bob", "skip": "unclear"},
        ]
    }

    first, second = (post(owner, VOTES, sent).json() for _ in range(2))
    listed = send(owner, "GET", f"{VOTES}?example=a").json()["results"]

    assert (first["added"], first["skips"], second["unchanged"]) == (2, 1, 2)
    assert [(vote["label"], vote["counts"]) for vote in listed] == [("joke", True)]
    assert "mira" not in listed[0]["annotator"]


def test_bad_votes_refuse_all_or_are_left_out(owner: Client, project: Project) -> None:
    sent: dict[str, Any] = {
        "votes": [
            {"example": "a", "annotator": "ann", "label": "joke"},
            {"example": "nowhere", "annotator": "ann", "label": "joke"},
            {"example": "b", "annotator": "ann", "label": "other"},
        ]
    }

    refused = post(owner, VOTES, sent)
    before = Annotation.objects.count()
    taken = post(owner, VOTES, {**sent, "skip_bad": True}).json()

    assert "row 3: label 'other'" in detail(refused, 400)
    assert before == 0
    assert taken["added"] == 1
    assert {row["reason"] for row in taken["skipped"]} == {"unknown_task", "unknown_label"}


def test_votes_are_filtered(owner: Client, project: Project) -> None:
    annotate(project, ["joke", "news"])

    found = send(owner, "GET", f"{VOTES}?annotator=ann-2&round=1").json()["results"]

    assert [vote["label"] for vote in found] == ["news"]
    assert send(owner, "GET", f"{VOTES}?round=2").json()["results"] == []
