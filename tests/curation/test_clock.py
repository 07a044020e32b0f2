"""Somebody sets the clock: no job is lost, and none is run by two at once for good."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from curation import jobs
from curation.errors import JobCancelled
from curation.management.working import Watch
from curation.models import Job
from tests.factories import make_project

HOUR = timedelta(hours=1)


@pytest.mark.parametrize("moved", [-3600.0, 3600.0])
def test_a_worker_notices_once_that_its_clock_was_set(
    moved: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch, real = Watch(), time.time
    before = watch.clock_was_moved()

    monkeypatch.setattr("curation.management.working.time.time", lambda: real() + moved)

    assert not before
    assert watch.clock_was_moved()
    assert not watch.clock_was_moved()


def running(*, heard: Any) -> Job:
    job = jobs.start("agreement", make_project())
    Job.objects.filter(pk=job.pk).update(
        state=Job.State.RUNNING, claim="first", attempts=1, heartbeat_at=heard
    )
    return job


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("apart", [-HOUR, HOUR])
def test_a_job_whose_worker_died_before_the_clock_was_set_is_taken_up(apart: timedelta) -> None:
    job = running(heard=timezone.now() + apart)

    revived = jobs.reap()

    job.refresh_from_db()
    assert (revived, job.state, job.claim) == (1, "ready", "")


@pytest.mark.django_db(transaction=True)
def test_a_living_worker_that_was_taken_for_dead_stops_at_its_next_step() -> None:
    job = running(heard=timezone.now() - HOUR)
    step = jobs._progress_of(job.pk, "first")
    jobs.reap()

    with pytest.raises(JobCancelled):
        step(1, 2)

    jobs._finish(job.pk, "first", state=Job.State.SUCCESSFUL)
    job.refresh_from_db()
    assert job.state == "ready"
