"""A worker that is asked to stop, or meets an outage, gives its job back: no attempt is lost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from curation import jobs
from curation.models import Job, Project
from curation.progress import Progress
from tests.factories import make_project

pytestmark = pytest.mark.django_db(transaction=True)


def stopped_on_the_way(
    project: Project, params: dict[str, Any], progress: Progress
) -> dict[str, Any]:
    progress(0, 2)
    jobs.stop_taking_steps()
    progress(1, 2)
    raise AssertionError("the second step must not come back")


def without_steps(project: Project, params: dict[str, Any], progress: Progress) -> dict[str, Any]:
    assert jobs.hand_back_running() == 1
    return {"done": True}


def disk_full(project: Project, params: dict[str, Any], progress: Progress) -> dict[str, Any]:
    raise OperationalError("database or disk is full")


@pytest.fixture(autouse=True)
def working_again() -> Iterator[None]:
    yield
    jobs._stopping.clear()


@pytest.fixture
def project(settings: Any) -> Project:
    kinds = ("stopped_on_the_way", "without_steps", "disk_full")
    settings.CONCORD_JOBS = {name: f"{__name__}.{name}" for name in kinds}
    return make_project()


def run(project: Project, kind: str) -> Job:
    job = jobs.start(kind, project)
    DBTaskResult.objects.all().delete()  # the worker has taken it
    jobs.run_job.func(job.pk)
    return Job.objects.get(pk=job.pk)


def test_a_job_stops_at_its_next_step_and_goes_back_in_line(project: Project) -> None:
    job = run(project, "stopped_on_the_way")

    assert (job.state, job.attempts, job.claim) == ("ready", 0, "")
    assert DBTaskResult.objects.count() == 1


def test_what_a_job_does_after_it_was_given_back_is_not_counted(project: Project) -> None:
    job = run(project, "without_steps")

    assert (job.state, job.attempts, job.result) == ("ready", 0, None)


def test_a_job_waits_for_a_disk_with_room_and_goes_on_by_itself(project: Project) -> None:
    job = run(project, "disk_full")

    assert (job.state, job.attempts) == ("running", 0)
    assert job.note.startswith("The disk of the server is full")

    Job.objects.update(heartbeat_at=timezone.now() - timedelta(minutes=1))
    jobs.reap()
    job.refresh_from_db()

    assert job.state == "ready"
