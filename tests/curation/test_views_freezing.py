"""Freezing from the page where a job does it."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from curation import jobs
from curation.models import DatasetVersion, Job, Project
from curation.services.datasets import later
from tests.curation.pages import text_of
from tests.factories import annotate, make_project

pytestmark = pytest.mark.django_db(transaction=True)

FREEZE = "/projects/jokes/versions/freeze/"
API = "/api/v1/projects/jokes/versions"


@pytest.fixture(autouse=True)
def many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(later, "AT_ONCE", 0)


@pytest.fixture
def project() -> Project:
    project = make_project("jokes", labels=("joke", "news"))
    annotate(project, ["joke"] * 3)
    annotate(project, ["news", "news", "joke"])
    return project


def work(job: Job) -> None:
    jobs.run_job.func(job.pk)


def test_the_page_tells_what_would_be_kept_and_leaves_it_to_a_job(
    admin_client: Client, project: Project
) -> None:
    page = text_of(admin_client, f"{FREEZE}?threshold=0.8")
    assert "1 of 2 judged texts" in page
    assert "a job freezes them in the background" in page

    answer = admin_client.post(FREEZE, {"way": "global", "threshold": "0.8", "note": "why"})

    job = Job.objects.get(kind="freeze")
    assert answer["Location"] == f"/projects/jokes/versions/freezing/{job.pk}/"
    assert not DatasetVersion.objects.exists()
    waiting = text_of(admin_client, answer["Location"])
    assert "waits for a worker" in waiting
    assert f'data-poll="/projects/jokes/versions/freezing/{job.pk}/job/"' in waiting
    assert "data-active" in text_of(admin_client, f"{answer['Location']}job/")
    assert re.search(r"Curate.*?at work", waiting, re.S)

    work(job)

    done = admin_client.get(answer["Location"], follow=True)
    assert done.redirect_chain == [("/projects/jokes/versions/1/", 302)]
    assert "Version 1 is frozen." in done.content.decode()
    assert DatasetVersion.objects.get().note == "why"


def test_a_second_click_leads_to_the_same_job(admin_client: Client, project: Project) -> None:
    places = {admin_client.post(FREEZE, {"threshold": "0.8"})["Location"] for _ in range(2)}

    assert len(places) == 1


@pytest.mark.parametrize("fetching", [False, True])
def test_what_is_refused_anyway_starts_no_job(
    admin_client: Client, project: Project, fetching: bool
) -> None:
    asked = {"threshold": "0.8", "min_votes": "1" if fetching else "9"}
    if fetching:
        Job.objects.create(kind="pull", project=project)

    answer = admin_client.post(FREEZE, asked)

    said = "are being fetched" if fetching else "None of the 2 judged examples"
    assert answer.status_code == 400
    assert said in answer.content.decode()
    assert not Job.objects.filter(kind="freeze").exists()


def test_a_job_that_was_refused_says_why_and_leads_back(
    admin_client: Client, project: Project
) -> None:
    place = admin_client.post(FREEZE, {"threshold": "0.8", "note": "x"})["Location"]
    Job.objects.create(kind="pull", project=project)
    work(Job.objects.get(kind="freeze"))

    page = text_of(admin_client, place)

    assert "No version was frozen" in page
    assert "are being fetched" in page
    assert "freeze/?way=global&amp;threshold=0.8" in page


def test_without_evidence_the_page_freezes_without_counting_first(
    admin_client: Client, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("curation.services.exploring.evidence.AT_ONCE", 0)

    page = text_of(admin_client, f"{FREEZE}?threshold=0.8")

    assert "is counted when it is frozen" in page
    assert "Freeze version 1</button>" in page


def test_another_projects_job_has_no_page_here(admin_client: Client, project: Project) -> None:
    job = Job.objects.create(kind="freeze", project=make_project("other"))

    assert admin_client.get(f"/projects/jokes/versions/freezing/{job.pk}/").status_code == 404


def test_the_interface_answers_with_the_jobs_address(
    admin_client: Client, project: Project
) -> None:
    asked = {"threshold": 0.8}

    answer = admin_client.post(API, asked, content_type="application/json")

    told = answer.json()
    assert answer.status_code == 202
    assert answer["Location"] == told["href"]
    assert (told["kind"], told["state"], told["result"]) == ("freeze", "ready", None)
    work(Job.objects.get(pk=told["id"]))
    after = admin_client.get(told["href"]).json()
    assert (after["state"], after["result"]["version"]) == ("successful", 1)
    assert admin_client.get(f"{API[:-9]}/jobs/999").status_code == 404


def test_the_interface_refuses_before_there_is_a_job(
    admin_client: Client, project: Project
) -> None:
    asked = {"keep_all": True, "min_votes": 9}

    answer = admin_client.post(API, asked, content_type="application/json")

    assert answer.status_code == 409
    assert not Job.objects.filter(kind="freeze").exists()
