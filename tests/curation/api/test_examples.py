"""Examples: added in bulk, filtered, one with its lineage."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.test import Client

from curation.embeddings import DIMENSIONS, MODEL, VectorStore
from curation.embeddings.store import content_key
from curation.models import Example, Prediction, Project
from tests.curation.api.calling import detail, post, program, send
from tests.factories import annotate, make_curated, make_example, make_member, make_project

pytestmark = pytest.mark.django_db

PLACE = "/projects/jokes/examples"


@pytest.fixture
def project() -> Project:
    return make_project("jokes")


@pytest.fixture
def owner(project: Project) -> Client:
    return program(make_member(project))


def rows(*names: str, **more: Any) -> dict[str, Any]:
    return {"examples": [{"id": name, "text": f"text of {name}"} for name in names], **more}


def test_examples_are_added_once(owner: Client) -> None:
    first, second = (post(owner, PLACE, rows("a", "b")).json() for _ in range(2))

    assert first == {"added": 2, "unchanged": 0, "skipped": []}
    assert second == {"added": 0, "unchanged": 2, "skipped": []}


def test_bad_rows_refuse_all_or_are_left_out(owner: Client) -> None:
    sent = rows("a")
    sent["examples"].append({"id": "b", "text": "x", "label": "other"})

    refused = post(owner, PLACE, sent)
    taken = post(owner, PLACE, {**sent, "skip_bad": True}).json()

    assert "row 2: label 'other' is not one of joke, news" in detail(refused, 400)
    assert "send skip_bad" in detail(refused, 400)
    assert taken["added"] == 1
    assert [(row["row"], row["reason"]) for row in taken["skipped"]] == [(2, "unknown_label")]


def test_a_stored_example_never_changes(owner: Client) -> None:
    post(owner, PLACE, rows("a"))
    changed = {"examples": [{"id": "a", "text": "another text"}]}

    assert "stored examples never change" in detail(post(owner, PLACE, changed), 400)


def test_a_test_text_does_not_come_into_the_pool(owner: Client, project: Project) -> None:
    make_example(project, "text of a", split="test", gold="joke")

    assert "stands in the test set too" in detail(post(owner, PLACE, rows("a")), 400)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["funny", "dull", "test"]),
        ("split=test", ["test"]),
        ("source=synthetic", ["funny", "dull", "test"]),
        ("text=FUNNY", ["funny"]),
        ("intended=joke", ["funny"]),
        ("label=joke", ["dull"]),
        ("votes_from=1", ["dull"]),
        ("votes_to=0", ["funny", "test"]),
        ("agreement_from=0.9", ["dull"]),
        ("annotator=ann-2", ["dull"]),
        ("order=newest", ["test", "dull", "funny"]),
    ],
)
def test_examples_are_filtered(
    owner: Client, project: Project, query: str, names: list[str]
) -> None:
    make_example(project, "a funny text", name="funny", intended="joke")
    annotate(project, ["joke", "joke"], example=make_example(project, name="dull"))
    make_example(project, name="test", split="test", gold="news")

    found = send(owner, "GET", f"{PLACE}?{query}").json()["results"]

    assert [row["id"] for row in found] == names


def test_an_example_tells_its_votes(owner: Client, project: Project) -> None:
    annotate(project, ["joke", "joke", "news", None], example=make_example(project, name="a"))

    (told,) = send(owner, "GET", PLACE).json()["results"]

    assert (told["votes"], told["skips"]) == ({"joke": 2, "news": 1}, 1)


def test_an_example_comes_with_its_lineage(owner: Client, project: Project) -> None:
    make_curated(project)
    example = Example.objects.get(external_id="joke-0")
    Prediction.objects.create(
        project=project,
        example=example,
        run_key="outside:mine",
        probs={"joke": 0.9, "news": 0.1},
        label=project.labels.get(name="joke"),
        entropy=0.469,
    )

    told = send(owner, "GET", f"{PLACE}/joke-0").json()

    assert [answer["annotator"] for answer in told["rounds"][0]["answers"]] == [
        "ann-1", "ann-2", "ann-3",
    ]  # fmt: skip
    assert [(one["version"], one["verdict"]) for one in told["versions"]] == [
        (1, "kept, train"), (2, "kept, train"),
    ]  # fmt: skip
    assert told["predictions"] == [{"run": "outside:mine", "label": "joke", "probability": 0.9}]
    assert told["href"].endswith(f"{PLACE}/joke-0")


def test_an_id_may_hold_a_slash(owner: Client, project: Project) -> None:
    make_example(project, name="a/b")

    assert send(owner, "GET", f"{PLACE}/a/b").json()["id"] == "a/b"
    assert "no example 'c'" in detail(send(owner, "GET", f"{PLACE}/c"), 404)


def test_texts_like_it_come_where_they_are_asked_for(
    owner: Client, project: Project, concord_home: Path
) -> None:
    names = ("here", "alike", "far")
    for name in names:
        make_example(project, f"text {name}", name=name)
    vectors = {
        content_key(f"text {name}", model=MODEL): np.eye(DIMENSIONS, dtype=np.float32)[place]
        for place, name in zip((0, 0, 1), names, strict=True)
    }
    VectorStore(concord_home / "embeddings" / "minilm", dimensions=DIMENSIONS).add(vectors)

    asked, plain = (
        send(owner, "GET", f"{PLACE}/here{query}").json()["near"] for query in ("?near=true", "")
    )

    assert [(one["example"], one["cosine"]) for one in asked] == [("alike", 1.0), ("far", 0.0)]
    assert plain is None
