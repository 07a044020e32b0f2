"""A study's job reads several projects, so it takes the role in every one of them."""

from __future__ import annotations

import pytest
from django.test import Client

from curation.errors import NotAllowed
from curation.models import Job, Membership, Project, Role
from curation.services.access import Right
from curation.services.job_rights import check_job, may_read
from curation.services.objectivity.studies import create_study
from tests.curation.api.calling import kind_of, post, program, send
from tests.factories import make_member, make_project
from training.models import Study

pytestmark = pytest.mark.django_db


@pytest.fixture
def project() -> Project:
    project = make_project("jokes")
    create_study("tasks", ["jokes", make_project("jests").slug])
    study = Study.objects.create(slug="as-good", title="As good?", plan={}, fingerprint="0" * 64)
    study.projects.set(Project.objects.all())
    return project


def a_job(project: Project, kind: str, state: str = Job.State.READY) -> Job:
    study = {"study": "as-good", "rank_tasks": "tasks"}.get(kind)
    params = {"study": study} if study else {}
    return Job.objects.create(
        project=project, kind=kind, params=params, state=state, result={"of": "all projects"}
    )


@pytest.mark.parametrize("kind", ["study", "rank_tasks"])
def test_a_researcher_of_one_project_does_not_stop_a_study_of_two(
    project: Project, client: Client, kind: str
) -> None:
    tom, job = make_member(project, Role.RESEARCHER), a_job(project, kind)
    client.force_login(tom)

    page = client.post(f"/projects/jokes/jobs/{job.pk}/cancel/")
    answer = post(program(tom), f"/projects/jokes/jobs/{job.pk}/cancel")

    job.refresh_from_db()
    assert (page.status_code, kind_of(answer)) == (403, "not-allowed")
    assert "in each of its projects" in page.content.decode()
    assert (job.state, job.cancel_requested) == (Job.State.READY, False)


@pytest.mark.parametrize("kind", ["study", "rank_tasks"])
def test_nor_do_they_start_it_again(project: Project, client: Client, kind: str) -> None:
    tom, job = make_member(project, Role.RESEARCHER), a_job(project, kind, Job.State.FAILED)
    client.force_login(tom)

    page = client.post(f"/projects/jokes/jobs/{job.pk}/again/")
    answer = post(program(tom), f"/projects/jokes/jobs/{job.pk}/again")

    assert (page.status_code, kind_of(answer)) == (403, "not-allowed")
    assert Job.objects.count() == 1


def test_what_it_found_is_read_by_those_who_may_see_every_project(project: Project) -> None:
    tom, job = make_member(project, Role.RESEARCHER), a_job(project, "rank_tasks", "successful")
    path = f"/projects/jokes/jobs/{job.pk}"

    before = send(program(tom), "GET", path).json()
    Membership.objects.create(
        project=Project.objects.get(slug="jests"), user=tom, role=Role.AUDITOR
    )
    after = send(program(tom), "GET", path).json()

    assert (before["state"], before["result"]) == ("successful", None)
    assert after["result"] == {"of": "all projects"}


def test_a_token_of_one_project_does_not_read_what_was_found_of_two(project: Project) -> None:
    tom, job = make_member(project, Role.RESEARCHER), a_job(project, "rank_tasks", "successful")
    other = Project.objects.get(slug="jests")
    Membership.objects.create(project=other, user=tom, role=Role.AUDITOR)

    bound = send(program(tom, "read", project=project), "GET", "/projects/jokes/jobs").json()
    free = send(program(tom, "read"), "GET", f"/projects/jokes/jobs/{job.pk}").json()

    assert [each["result"] for each in bound["results"]] == [None]
    assert free["result"] == {"of": "all projects"}


def test_a_researcher_of_both_stops_it_unless_the_token_opens_one_only(project: Project) -> None:
    tom, job = make_member(project, Role.RESEARCHER), a_job(project, "study")
    other = Project.objects.get(slug="jests")
    Membership.objects.create(project=other, user=tom, role=Role.RESEARCHER)
    path = f"/projects/jokes/jobs/{job.pk}/cancel"

    bound = post(program(tom, "write", project=project), path)
    free = post(program(tom, "write"), path)

    assert kind_of(bound) == "scope-missing"
    assert free.json()["state"] == "cancelled"


def test_other_jobs_and_those_of_studies_that_are_gone_take_the_role_here(project: Project) -> None:
    tom = make_member(project, Role.RESEARCHER)
    gone = a_job(project, "study")
    Study.objects.all().delete()

    for job in (gone, a_job(project, "agreement")):
        check_job(tom, job, Right.WORK)
        assert may_read(tom, job)


def test_the_sentence_names_the_role_that_it_takes(project: Project) -> None:
    tom, job = make_member(project, Role.RESEARCHER), a_job(project, "study")

    with pytest.raises(NotAllowed, match="takes the role owner or researcher in each"):
        check_job(tom, job, Right.WORK)
