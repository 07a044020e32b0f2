"""Jobs from the page: started, seen, stopped, tried again."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from curation.models import Job, Project
from tests.factories import make_curated, make_project

pytestmark = pytest.mark.django_db


@pytest.fixture
def project() -> Project:
    return make_project("jokes", labels=("joke", "news"))


def make_job(project: Project, state: str = Job.State.RUNNING, **fields: Any) -> Job:
    return Job.objects.create(project=project, kind="pull", state=state, **fields)


def test_a_button_starts_a_job(admin_client: Client, project: Project) -> None:
    answer = admin_client.post("/projects/jokes/jobs/start/agreement/")

    assert answer.headers["Location"] == "/projects/jokes/"
    assert [(job.kind, job.state) for job in project.jobs.all()] == [("agreement", "ready")]


def test_a_second_click_is_not_a_second_job(admin_client: Client, project: Project) -> None:
    for _ in range(2):
        admin_client.post("/projects/jokes/jobs/start/pull/")

    assert project.jobs.count() == 1


def test_a_link_cannot_start_a_job(admin_client: Client, project: Project) -> None:
    assert admin_client.get("/projects/jokes/jobs/start/pull/").status_code == 405


def test_a_form_from_elsewhere_cannot_start_a_job(project: Project, django_user_model: Any) -> None:
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(django_user_model.objects.create_user("mira", is_superuser=True))

    answer = careful.post("/projects/jokes/jobs/start/pull/")

    assert answer.status_code == 403
    assert "This form was too old" in answer.content.decode()
    assert not project.jobs.exists()


def test_training_starts_with_what_was_ticked(admin_client: Client, project: Project) -> None:
    make_curated(project)

    admin_client.post(
        "/projects/jokes/jobs/start/train/", {"sources": ["version:1", "random:1"], "seeds": "5"}
    )

    assert project.jobs.get().params == {"sources": ["version:1", "random:1"], "seeds": 5}


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"seeds": "3"}, "Choose at least one source to train on."),
        ({"sources": ["version:9"], "seeds": "3"}, "Select a valid choice."),
        ({"sources": ["synthetic"], "seeds": "0"}, "greater than or equal to 1"),
    ],
)
def test_training_that_cannot_be_meant_is_refused_with_a_sentence(
    admin_client: Client, project: Project, sent: dict[str, Any], said: str
) -> None:
    make_curated(project)

    answer = admin_client.post("/projects/jokes/jobs/start/train/", sent, follow=True)

    assert said in answer.content.decode()
    assert not project.jobs.exists()


def test_a_running_job_shows_how_far_it_is(admin_client: Client, project: Project) -> None:
    make_job(project, done=120, total=340, note="120 changed tasks")

    page = admin_client.get("/projects/jokes/jobs/").content.decode()

    assert "120 of 340 · 120 changed tasks" in page
    assert 'max="340" value="120"' in page
    assert "data-active" in page


def test_a_running_job_can_be_asked_to_stop(admin_client: Client, project: Project) -> None:
    job = make_job(project)

    admin_client.post(f"/projects/jokes/jobs/{job.pk}/cancel/")

    job.refresh_from_db()
    assert job.cancel_requested
    assert "stopping" in admin_client.get("/projects/jokes/jobs/").content.decode()


def test_a_failed_job_says_why_and_can_be_tried_again(
    admin_client: Client, project: Project
) -> None:
    job = make_job(project, Job.State.FAILED, error="The disk is full.", params={"url": "x"})

    page = admin_client.get("/projects/jokes/").content.decode()
    admin_client.post(f"/projects/jokes/jobs/{job.pk}/again/")

    assert "The disk is full." in page
    again = project.jobs.get(state=Job.State.READY)
    assert (again.kind, again.params) == ("pull", {"url": "x"})


def test_a_job_that_runs_cannot_be_started_again(admin_client: Client, project: Project) -> None:
    job = make_job(project)

    assert admin_client.post(f"/projects/jokes/jobs/{job.pk}/again/").status_code == 404


def test_a_job_is_found_in_its_own_project_only(admin_client: Client, project: Project) -> None:
    job = make_job(project)
    make_project("other")

    assert admin_client.post(f"/projects/other/jobs/{job.pk}/cancel/").status_code == 404
