"""Every address of agreement, explorer, versions and exports: who gets in, what is not there."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from curation.models import DatasetVersion, Job, Project
from tests.factories import make_curated, make_project

pytestmark = pytest.mark.django_db

SITE, API = "/projects/jokes/", "/api/v1/projects"
READ = [  # answered in any state of a project
    f"{SITE}agreement/",
    f"{SITE}agreement/aggregators/",
    f"{SITE}explore/",
    f"{SITE}explore/numbers/",
    f"{SITE}explore/margin/",
    f"{SITE}versions/",
    f"{SITE}versions/freeze/",
    API,
    f"{API}/jokes",
    f"{API}/jokes/agreement",
    f"{API}/jokes/versions",
]
OF_VERSIONS = [  # where there are two versions
    f"{SITE}versions/1/",
    f"{SITE}versions/1/lineage/",
    f"{SITE}versions/1/prov.json",
    f"{SITE}versions/1/rows/joke-0/",
    f"{SITE}versions/1/diff/2/",
    f"{SITE}versions/1/card/",
    f"{SITE}versions/1/csv/",
    f"{API}/jokes/versions/1",
    f"{API}/jokes/versions/1/exports",
    f"{API}/jokes/versions/1/export/csv",
]
WRITE = [
    f"{SITE}agreement/measure/",
    f"{SITE}agreement/aggregators/compare/",
    f"{SITE}explore/measure/",
    f"{SITE}versions/freeze/",
    f"{API}/jokes/versions",
]
STARTING = WRITE[:3]
LARGE = "9" * 20
JSON = "application/json"
BEYOND = "9" * 5_000  # more digits than Python reads as one number


@pytest.fixture
def project() -> Project:
    project = make_project("jokes")
    make_curated(project)
    return project


@pytest.fixture
def reader(client: Client, django_user_model: Any) -> Client:
    """Somebody who owns every project, but is no operator."""
    client.force_login(django_user_model.objects.create_user("mira", is_superuser=True))
    return client


def state() -> tuple[int, int, list[Any]]:
    versions = list(DatasetVersion.objects.values())
    return Job.objects.count(), Project.objects.count(), versions


@pytest.mark.parametrize("method", ["get", "post"])
def test_without_an_account_nothing_is_told_or_done(
    client: Client, project: Project, method: str
) -> None:
    before = state()

    answers = [getattr(client, method)(path) for path in [*READ, *OF_VERSIONS, *WRITE]]

    assert {answer.status_code for answer in answers} <= {302, 401, 405}
    assert all(
        answer["Location"].startswith("/login/") for answer in answers if answer.status_code == 302
    )
    assert not any(b"joke" in answer.content for answer in answers)
    assert state() == before


@pytest.mark.parametrize("path", [*READ, *OF_VERSIONS])
def test_reading_changes_nothing(reader: Client, project: Project, path: str) -> None:
    before = state()

    answer = reader.get(path)

    assert answer.status_code == 200
    assert state() == before


def test_writing_needs_the_token_of_the_form(project: Project, django_user_model: Any) -> None:
    strict, before = Client(enforce_csrf_checks=True), state()
    strict.force_login(django_user_model.objects.create_user("mira", is_superuser=True))

    forms = [strict.post(path, {"threshold": "0.5"}) for path in WRITE]
    json = [strict.post(path, {"threshold": 0.5}, JSON) for path in WRITE]

    assert {answer.status_code for answer in [*forms, *json]} == {403}
    assert state() == before


def test_what_starts_a_job_is_not_done_by_following_a_link(
    reader: Client, project: Project
) -> None:
    before = state()

    answers = [reader.get(path) for path in STARTING]

    assert {answer.status_code for answer in answers} == {405}
    assert state() == before


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_what_reads_takes_no_orders(reader: Client, project: Project, method: str) -> None:
    before = state()

    reading = {*READ, *OF_VERSIONS} - {*WRITE, API, f"{API}/jokes"}  # these can be written to
    answers = [getattr(reader, method)(path) for path in reading]

    assert {answer.status_code for answer in answers} == {405}
    assert state() == before


@pytest.mark.parametrize("number", ["0", "3", LARGE, BEYOND, "-1", "1.5"])
def test_a_version_that_is_not_there_is_not_found(
    reader: Client, project: Project, number: str
) -> None:
    paths = [path.replace("/1", f"/{number}") for path in OF_VERSIONS]

    answers = [reader.get(path) for path in [*paths, f"{SITE}versions/1/diff/{number}/"]]

    assert {answer.status_code for answer in answers} == {404}


def test_a_project_that_is_not_there_is_not_found(reader: Client, project: Project) -> None:
    paths = [*READ, *OF_VERSIONS, *WRITE]
    elsewhere = [path.replace("jokes", "nowhere") for path in paths if "jokes" in path]

    read = [reader.get(path) for path in elsewhere if path.replace("nowhere", "jokes") not in WRITE]
    written = [reader.post(path.replace("jokes", "nowhere"), {"keep_all": True}, JSON)
               for path in WRITE]  # fmt: skip

    assert {answer.status_code for answer in [*read, *written]} == {404}


QUESTIONS = [
    f"{SITE}explore/?page=",
    f"{SITE}explore/?threshold=",
    f"{SITE}explore/?min_votes=",
    f"{SITE}explore/?price=",
    f"{SITE}explore/margin/?page=",
    f"{SITE}explore/numbers/?evidence=",
    f"{SITE}explore/numbers/?keep_share=",
    f"{SITE}agreement/aggregators/?page=",
    f"{SITE}versions/freeze/?split_seed=",
    f"{SITE}versions/freeze/?threshold=",
    f"{SITE}versions/freeze/?certainty=",
    f"{SITE}versions/1/?after=",
    f"{SITE}versions/1/?after=1~",
    f"{SITE}versions/1/?order=disputed&after=0.5~",
    f"{SITE}versions/1/?label=",
    f"{SITE}versions/1/diff/2/?after=",
    f"{SITE}versions/1/diff/2/?show=",
    f"{API}/jokes/agreement?aggregator=",
]


@pytest.mark.parametrize("value", [LARGE, BEYOND, "-1", "nan", "1e999", "\x00", "\ud83d", "٣"])
def test_no_question_in_an_address_breaks_a_page(
    reader: Client, project: Project, value: str
) -> None:
    asked = quote(value, errors="surrogatepass")

    answers = [reader.get(path + asked) for path in QUESTIONS]

    assert {answer.status_code for answer in answers} <= {200, 400}


@pytest.mark.parametrize("path", ["examples/a%00b/", "versions/1/rows/a%00b/", "%00/"])
def test_no_address_has_a_nul(reader: Client, project: Project, path: str) -> None:
    answer = reader.get(f"/projects/{project.slug}/{path}")

    assert answer.status_code == 404
    assert "There is nothing at this address." in answer.content.decode()
