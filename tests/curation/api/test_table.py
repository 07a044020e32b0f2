"""Chosen texts: counted, taken along, set aside, taken back in, sent to annotators."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from curation.models import Project, SetAside
from tests.curation.api.calling import detail, post, program, send
from tests.factories import make_curated, make_example, make_member, make_project

pytestmark = pytest.mark.django_db

T = "/projects/jokes/table"
WHY = {"reason": "not in English"}


@pytest.fixture
def project() -> Project:
    project = make_project("jokes")
    make_curated(project)
    return project


@pytest.fixture
def owner(project: Project) -> Client:
    return program(make_member(project))


def aside(owner: Client) -> list[str]:
    found = send(owner, "GET", "/projects/jokes/examples?aside=true").json()["results"]
    return [one["id"] for one in found]


def test_texts_are_set_aside_by_id_and_taken_back(owner: Client) -> None:
    chosen = {"examples": ["joke-0", "news-1"]}

    first, second = (post(owner, f"{T}/set-aside", chosen | WHY).json() for _ in range(2))
    there = aside(owner)
    back = post(owner, f"{T}/take-back", {"examples": ["joke-0"]}).json()

    assert (first, second) == ({"changed": 2}, {"changed": 0})
    assert there == ["joke-0", "news-1"]
    assert back == {"changed": 1}
    assert aside(owner) == ["news-1"]
    assert set(SetAside.objects.values_list("reason", flat=True)) == {"not in English"}


def test_all_that_a_filter_means_is_set_aside(owner: Client) -> None:
    meant = {"filter": {"label": "joke", "agreement_to": 0.9}}

    count = send(owner, "GET", f"{T}/count?label=joke&agreement_to=0.9").json()
    changed = post(owner, f"{T}/set-aside", meant | WHY).json()["changed"]

    assert count == {"number": changed, "more": False}
    assert changed == len(aside(owner)) > 0


@pytest.mark.parametrize(
    ("asked", "status", "sentence"),
    [
        ({}, 400, "give either their ids or a filter"),
        ({"examples": ["joke-0"], "filter": {}}, 400, "give either their ids or a filter"),
        ({"examples": ["joke-0", "nowhere"]}, 400, "has no example 'nowhere'; nothing was done"),
        ({"filter": {"version": 9}}, 400, "9"),
        ({"filter": {"colour": "red"}}, 422, "colour"),
        ({"filter": {"label": "joke", "source": "real"}}, 400, "No text of this project"),
    ],
)
def test_texts_that_cannot_be_meant_are_refused(
    owner: Client, asked: dict[str, Any], status: int, sentence: str
) -> None:
    assert sentence in detail(post(owner, f"{T}/set-aside", asked | WHY), status)
    assert not SetAside.objects.exists()


def test_a_round_is_opened_with_chosen_texts_alone(owner: Client) -> None:
    opened = post(owner, f"{T}/send", {"examples": ["joke-0", "joke-1"], "overlap": 5})

    assert opened.status_code == 201
    assert (opened.json()["tasks"], opened.json()["overlap"]) == (2, 5)


def test_what_fits_is_taken_along_as_one_file(owner: Client) -> None:
    csv = send(owner, "GET", f"{T}/file/csv?label=joke")
    lines = send(owner, "GET", f"{T}/file/jsonl?label=joke")

    rows = [json.loads(line) for line in _text(lines).splitlines()]
    assert {row["label"] for row in rows} == {"joke"}
    assert len(_text(csv).splitlines()) == len(rows) + 1
    assert csv.headers["Content-Type"].startswith("text/csv")


def test_an_example_whose_id_looks_like_an_address_is_still_an_example(
    owner: Client, project: Project
) -> None:
    for name in ("set-aside", "a/b", "x/lineage"):
        make_example(project, name=name)

        assert send(owner, "GET", f"/projects/jokes/examples/{name}").json()["id"] == name


def _text(answer: Any) -> str:
    return b"".join(answer.streaming_content).decode()
