"""The interface under /api/v1/: what the pages do, in JSON, with the same refusals."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from django.test import Client

from curation.exporters import EXPORTERS
from curation.models import DatasetVersion, Job, Project
from tests.curation.api import calling
from tests.curation.api.calling import detail
from tests.factories import annotate, make_curated, make_member, make_project

pytestmark = pytest.mark.django_db

VERSIONS = "/api/v1/projects/jokes/versions"


@pytest.fixture
def project() -> Project:
    return make_project("jokes", labels=("joke", "news"))


@pytest.fixture
def reader(admin_client: Client) -> Client:
    return admin_client


def post(client: Client, path: str, content: Any, **headers: str) -> Any:
    return calling.post(client, path.removeprefix(calling.API), content, **headers)


def test_projects_and_one_project(reader: Client, project: Project) -> None:
    make_curated(project)

    every = reader.get("/api/v1/projects").json()
    one = reader.get("/api/v1/projects/jokes").json()

    assert every == {"results": [one], "next": None}
    assert (one["slug"], one["versions"]) == ("jokes", 2)
    assert [label["name"] for label in one["labels"]] == ["joke", "news"]


def test_versions_and_one_version(reader: Client, project: Project) -> None:
    _first, second = make_curated(project)

    every = reader.get(VERSIONS).json()["results"]
    one = reader.get(f"{VERSIONS}/2").json()

    assert [version["number"] for version in every] == [1, 2]
    assert every[1] == one
    assert (one["fingerprint"], one["kept"]) == (second.fingerprint, 6)
    assert one["policy_sentence"].startswith("the most agreed 60% of each label")


def test_agreement_is_the_summary_of_the_votes(reader: Client, project: Project) -> None:
    make_curated(project)

    found = reader.get("/api/v1/projects/jokes/agreement").json()

    assert (found["examples"], found["annotations"], found["unanimous"]) == (10, 30, 6)
    assert found["labels"] == {"joke": 5, "news": 5}


@pytest.mark.parametrize("form", list(EXPORTERS))
def test_every_form_comes_as_one_zip(reader: Client, project: Project, form: str) -> None:
    make_curated(project)

    answer = reader.get(f"{VERSIONS}/1/export/{form}")
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]

    assert f'filename="jokes-v1-{form}.zip"' in answer.headers["Content-Disposition"]
    names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    assert f"jokes-v1-{form}/checksums.sha256" in names


def test_the_forms_are_listed_with_their_addresses(reader: Client, project: Project) -> None:
    make_curated(project)

    listed = reader.get(f"{VERSIONS}/1/exports").json()

    assert [entry["form"] for entry in listed] == list(EXPORTERS)
    assert reader.get(listed[0]["href"]).status_code == 200


def test_a_policy_freezes_a_version_once(reader: Client, project: Project) -> None:
    annotate(project, ["joke"] * 3)
    annotate(project, ["news", "news", "joke"])
    asked = {"threshold": 0.8, "note": "for the paper", "splits": {"train": 0.5, "test": 0.5}}

    first, second = (post(reader, VERSIONS, asked) for _ in range(2))

    version = DatasetVersion.objects.get()
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["created"] is True
    assert second.json() == {**first.json(), "created": False}
    assert (version.kept, version.note) == (1, "for the paper")


REFUSED = {
    "two ways": ({"threshold": 0.8, "keep_share": 0.5}, 400, "Say how to keep examples"),
    "no way": ({}, 400, "Say how to keep examples"),
    "outside (0, 1]": ({"threshold": 0}, 400, "must be above 0 and at most 1"),
    "nothing satisfies it": ({"threshold": 1.0}, 409, "None of the 1 judged examples"),
    "no such aggregator": ({"keep_all": True, "aggregator": "x"}, 400, "no aggregator 'x'"),
    "not a number": ({"threshold": "high"}, 422, "threshold: Input should be a valid number"),
    "not a field": ({"gamma": 0.8}, 422, "gamma: Extra inputs are not permitted"),
    "splits that do not add up": (
        {"keep_all": True, "splits": {"train": 0.5}}, 400, "must add up to 1",
    ),
    "not JSON": ("{", 400, "The body is not JSON"),
}  # fmt: skip


@pytest.mark.parametrize("case", list(REFUSED))
def test_a_bad_policy_is_refused_in_a_sentence_and_changes_nothing(
    reader: Client, project: Project, case: str
) -> None:
    annotate(project, ["joke", "joke", "news"])
    asked, status, sentence = REFUSED[case]

    answer = post(reader, VERSIONS, asked)

    assert sentence in detail(answer, status)
    assert DatasetVersion.objects.count() == 0


def test_nothing_is_frozen_before_anybody_voted(reader: Client, project: Project) -> None:
    assert "has no votes yet" in detail(post(reader, VERSIONS, {"keep_all": True}), 409)


def test_nothing_is_frozen_while_votes_are_fetched(reader: Client, project: Project) -> None:
    annotate(project, ["joke"] * 3)
    Job.objects.create(project=project, kind="pull", state=Job.State.RUNNING)

    assert "are being fetched" in detail(post(reader, VERSIONS, {"keep_all": True}), 409)
    assert post(reader, VERSIONS, {"keep_all": True, "anyway": True}).status_code == 201


@pytest.mark.parametrize(
    ("path", "status", "sentence"),
    [
        ("/api/v1/projects/other", 404, "There is no project 'other'"),
        (f"{VERSIONS}/7", 404, "has no dataset version 7"),
        (f"{VERSIONS}/7/export/csv", 404, "has no dataset version 7"),
        (f"{VERSIONS}/1/export/xlsx", 400, "There is no export format 'xlsx'"),
        ("/api/v1/projects/jokes/agreement?aggregator=x", 400, "There is no aggregator 'x'"),
    ],
)
def test_what_is_not_there_is_said_in_a_sentence(
    reader: Client, project: Project, path: str, status: int, sentence: str
) -> None:
    make_curated(project)

    assert sentence in detail(reader.get(path), status)


def test_another_site_cannot_freeze_a_version(project: Project) -> None:
    annotate(project, ["joke"] * 3)
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(make_member(project))

    refused = post(strict, VERSIONS, {"keep_all": True})
    strict.get("/projects/jokes/")  # sets the cookie
    token = strict.cookies["concord_csrf"].value
    taken = post(strict, VERSIONS, {"keep_all": True}, **{"X-CSRFToken": token})

    assert "CSRF token" in detail(refused, 403)
    assert taken.status_code == 201


def test_there_is_no_page_that_loads_scripts_from_elsewhere(reader: Client) -> None:
    assert reader.get("/api/v1/docs").status_code == 404
