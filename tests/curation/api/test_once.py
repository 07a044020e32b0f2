"""Idempotency keys: a request sent again is answered again, and done once."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from curation.errors import KeyInFlight
from curation.models import Annotation, Comparison, Job, KeptAnswer, Membership, Project, Role
from curation.services.objectivity.studies import create_study
from curation.services.repeating import KEPT, Answer, Given, answer_once
from tests.curation.api.calling import detail, kind_of, post, program, send
from tests.factories import make_example, make_member, make_project

pytestmark = pytest.mark.django_db

NEW = {"slug": "tweets", "labels": [{"name": "yes"}, {"name": "no"}]}
KEY = {"Idempotency-Key": "2f1c"}
ROUND = "/projects/jokes/rounds/1"


@pytest.fixture
def owner() -> Client:
    return program(make_member(make_project("jokes")))


def test_the_same_request_is_answered_again_and_done_once(owner: Client) -> None:
    first, second = (post(owner, "/projects", NEW, **KEY) for _ in range(2))

    assert (first.status_code, second.status_code) == (201, 201)
    assert second.content == first.content
    assert second.headers["Location"] == first.headers["Location"]
    assert "Idempotent-Replayed" not in first.headers
    assert second.headers["Idempotent-Replayed"] == "true"
    assert Project.objects.filter(slug="tweets").count() == 1


def test_a_job_is_started_once_for_one_key(owner: Client) -> None:
    first = post(owner, "/projects/jokes/jobs", {"kind": "agreement"}, **KEY)
    Job.objects.update(state=Job.State.SUCCESSFUL)
    second = post(owner, "/projects/jokes/jobs", {"kind": "agreement"}, **KEY)
    another = post(owner, "/projects/jokes/jobs", {"kind": "agreement"})

    assert (first.status_code, second.status_code) == (202, 202)
    assert first.json()["id"] == second.json()["id"] != another.json()["id"]


def test_one_answer_is_taken_back_for_one_key() -> None:
    project = make_project("jokes")
    for name in "ab":
        make_example(project, name=name)
    owner = program(make_member(project))
    post(owner, "/projects/jokes/rounds", {})
    for _ in range(2):
        held = post(owner, f"{ROUND}/hands").json()[0]
        post(owner, f"{ROUND}/answers", {"key": held["key"], "label": "joke"})

    first, second = (post(owner, f"{ROUND}/answers/undo", **KEY) for _ in range(2))

    assert second.content == first.content
    assert Annotation.objects.count() == 1


def test_one_comparison_is_taken_back_for_one_key() -> None:
    projects = [make_project(slug) for slug in ("jokes", "news", "rants")]
    create_study("tasks", [project.slug for project in projects])
    user = make_member(projects[0])
    for other in projects[1:]:
        Membership.objects.create(project=other, user=user, role=Role.OWNER)
    owner = program(user)
    for _ in range(2):
        pair = send(owner, "GET", "/objectivity/tasks/next").json()["pair"]
        post(owner, "/objectivity/tasks/answers", {"pair": pair, "choice": "left"})

    first, second = (post(owner, "/objectivity/tasks/answers/undo", **KEY) for _ in range(2))

    assert second.content == first.content
    assert Comparison.objects.count() == 1


def test_whoever_has_left_is_told_so_again() -> None:
    project = make_project("jokes")
    make_member(project)
    tom = program(make_member(project, Role.ANNOTATOR))

    answers = [post(tom, "/projects/jokes/leave", **KEY) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [204, 204]


def test_a_key_is_not_taken_for_another_request(owner: Client) -> None:
    post(owner, "/projects", NEW, **KEY)

    answer = post(owner, "/projects", {**NEW, "slug": "other"}, **KEY)

    assert kind_of(answer) == "key-reused"
    assert not Project.objects.filter(slug="other").exists()


def test_keys_of_two_people_are_apart(owner: Client) -> None:
    post(owner, "/projects", NEW, **KEY)
    other = program(make_member(Project.objects.get(slug="jokes")))

    answer = post(other, "/projects", {**NEW, "slug": "other"}, **KEY)

    assert answer.status_code == 201


def test_an_answer_is_not_repeated_to_a_token_that_may_less() -> None:
    mira = make_member(make_project("jokes"))
    post(program(mira), "/projects", NEW, **KEY)

    answer = post(program(mira, "read"), "/projects", NEW, **KEY)

    assert kind_of(answer) == "key-reused"
    assert b"tweets" not in answer.content


def test_a_refused_request_leaves_its_key_free(owner: Client) -> None:
    refused = post(owner, "/projects", {**NEW, "labels": [{"name": "yes"}]}, **KEY)

    assert "at least two labels" in detail(refused, 400)
    assert post(owner, "/projects", NEW, **KEY).status_code == 201


def test_a_key_is_kept_for_a_day(owner: Client) -> None:
    post(owner, "/projects", NEW, **KEY)
    row = KeptAnswer.objects.get()
    KeptAnswer.objects.update(created_at=row.created_at - KEPT - timedelta(seconds=1))

    answer = post(owner, "/projects", {**NEW, "slug": "other"}, **KEY)

    assert answer.status_code == 201


@pytest.mark.parametrize("key", ["", "a b", "x" * 201])
def test_what_cannot_be_a_key_is_refused(owner: Client, key: str) -> None:
    answer = post(owner, "/projects", NEW, **{"Idempotency-Key": key})

    assert kind_of(answer) == "bad-input"
    assert not Project.objects.filter(slug="tweets").exists()


def test_a_key_does_not_let_anybody_in(client: Client) -> None:
    assert kind_of(post(client, "/projects", NEW, **KEY)) == "no-login"
    assert not KeptAnswer.objects.exists()


def test_work_that_breaks_off_leaves_nothing_and_its_key_free() -> None:
    user = make_member(make_project("jokes"))

    def breaks_off() -> Answer:
        make_project("tweets")
        raise RuntimeError("the process died")

    with pytest.raises(RuntimeError):
        answer_once(user, "k", asked="a", work=breaks_off)

    assert not Project.objects.filter(slug="tweets").exists()
    done = Answer(status=201, headers={}, body="{}")
    assert answer_once(user, "k", asked="a", work=lambda: done) == Given(
        answer=done, repeated=False
    )


@pytest.mark.django_db(transaction=True)
def test_a_second_request_while_the_first_is_at_work_is_told_so() -> None:
    user = make_member(make_project("jokes"))
    begun, told = threading.Event(), threading.Event()
    done = Answer(status=201, headers={}, body="{}")

    def slow() -> Answer:
        begun.set()
        assert told.wait(60)
        return done

    def first() -> None:
        try:
            answer_once(user, "k", asked="a", work=slow)
        finally:
            connection.close()

    thread = threading.Thread(target=first)
    thread.start()
    assert begun.wait(60)
    try:
        with pytest.raises(KeyInFlight):
            answer_once(user, "k", asked="a", work=_never)
    finally:
        told.set()
        thread.join()

    assert answer_once(user, "k", asked="a", work=_never) == Given(answer=done, repeated=True)


def _never() -> Any:
    raise AssertionError("it is done once")
