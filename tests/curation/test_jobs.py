"""Jobs: exactly once, seen to be alive, stopped when asked, taken up when their worker dies."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from curation import jobs
from curation.errors import BadInput, NothingToDo
from curation.models import Job, Project
from curation.progress import Progress
from tests.factories import make_project

pytestmark = pytest.mark.django_db(transaction=True)

calls: list[dict[str, Any]] = []


def count(project: Project, params: dict[str, Any], progress: Progress) -> dict[str, Any]:
    calls.append(params)
    for step in range(3):
        progress(step, 3, f"step {step}")
    return {"steps": 3}


def refuse(project: Project, params: dict[str, Any], progress: Progress) -> dict[str, Any]:
    raise NothingToDo("There is nothing to do yet.")


def crash(project: Project, params: dict[str, Any], progress: Progress) -> dict[str, Any]:
    raise ZeroDivisionError("by zero")


@pytest.fixture
def project(settings: Any) -> Project:
    calls.clear()
    settings.CONCORD_JOBS = {name: f"{__name__}.{name}" for name in ("count", "refuse", "crash")}
    return make_project()


def run(job: Job) -> Job:
    jobs.run_job.func(job.pk)
    return Job.objects.get(pk=job.pk)


def fall_silent(job: Job, *, attempts: int = 1) -> None:
    """What a job looks like whose worker was killed a minute ago."""
    Job.objects.filter(pk=job.pk).update(
        state=Job.State.RUNNING,
        claim="dead",
        attempts=attempts,
        heartbeat_at=timezone.now() - timedelta(minutes=1),
    )


def test_a_job_runs_its_handler_and_keeps_the_result(project: Project) -> None:
    job = run(jobs.start("count", project, {"x": 1}))

    assert (job.state, job.result, job.done, job.total) == ("successful", {"steps": 3}, 2, 3)
    assert calls == [{"x": 1}]


def test_a_key_delivered_twice_runs_once(project: Project) -> None:
    job = jobs.start("count", project)

    run(job)
    run(job)

    assert len(calls) == 1


def test_a_refusal_becomes_the_jobs_sentence(project: Project) -> None:
    job = run(jobs.start("refuse", project))

    assert (job.state, job.error) == ("failed", "There is nothing to do yet.")
    assert job.traceback == ""


def test_a_crash_is_written_down_and_not_swallowed(project: Project) -> None:
    job = jobs.start("crash", project)

    with pytest.raises(ZeroDivisionError):
        run(job)

    job.refresh_from_db()
    assert job.state == "failed"
    assert "ZeroDivisionError" in job.traceback


def test_a_waiting_job_is_cancelled_at_once(project: Project) -> None:
    job = jobs.start("count", project)

    jobs.cancel(job)

    assert run(job).state == "cancelled"
    assert calls == []


def test_a_running_job_is_cancelled_at_its_next_step(project: Project) -> None:
    job = jobs.start("count", project)
    Job.objects.filter(pk=job.pk).update(cancel_requested=True)

    assert run(job).state == "cancelled"


def test_a_job_of_a_dead_worker_is_taken_up_again(project: Project) -> None:
    job = jobs.start("count", project)
    fall_silent(job)

    assert jobs.reap() == 1

    job = run(job)
    assert (job.state, job.attempts) == ("successful", 2)


def test_a_job_whose_workers_keep_dying_fails_with_a_sentence(project: Project) -> None:
    job = jobs.start("count", project)
    fall_silent(job, attempts=3)

    assert jobs.reap() == 0

    job.refresh_from_db()
    assert (job.state, job.error[:24]) == ("failed", "Its worker died 3 times;")


def test_a_job_that_beats_its_heart_is_left_alone(project: Project) -> None:
    job = jobs.start("count", project)
    Job.objects.filter(pk=job.pk).update(
        state=Job.State.RUNNING, claim="alive", heartbeat_at=timezone.now()
    )

    assert jobs.reap() == 0


def test_a_worker_that_was_thought_dead_cannot_end_the_job_it_lost(project: Project) -> None:
    job = jobs.start("count", project)
    fall_silent(job)
    jobs.reap()

    jobs._finish(job.pk, "dead", state=Job.State.SUCCESSFUL)

    job.refresh_from_db()
    assert job.state == "ready"


def test_an_unknown_kind_is_refused(project: Project) -> None:
    with pytest.raises(BadInput, match="no job of kind 'dance'"):
        jobs.start("dance", project)


def test_a_waiting_job_whose_delivery_was_lost_is_delivered_again(project: Project) -> None:
    job = jobs.start("count", project)
    DBTaskResult.objects.all().delete()
    Job.objects.filter(pk=job.pk).update(created_at=timezone.now() - timedelta(minutes=1))

    assert jobs.reap() == 1
    assert jobs.reap() == 0  # it is on its way now


def test_a_heart_goes_on_beating_after_the_database_was_busy(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = jobs.start("count", project)
    beats: list[int] = []

    class Busy:
        def update(self, **fields: Any) -> int:
            beats.append(len(beats))
            if len(beats) == 1:
                raise OperationalError("database is locked")
            return 1

    monkeypatch.setattr(jobs, "HEARTBEAT_SECONDS", 0.01)
    heart = jobs._Heartbeat(job.pk, "claim")
    heart._mine = Busy()  # type: ignore[assignment]

    with heart:
        while len(beats) < 3:
            time.sleep(0.01)

    assert len(beats) >= 3


def test_kinds_that_need_a_card_wait_for_a_worker_that_has_one(
    project: Project, settings: Any
) -> None:
    settings.CONCORD_GPU_JOBS = frozenset({"count"})

    started = [jobs.start("count", project), jobs.start("refuse", project)]

    assert [job.queue for job in started] == ["gpu", "default"]
    waiting = dict(DBTaskResult.objects.order_by("queue_name").values_list("queue_name", "status"))
    assert waiting.keys() == {"gpu", "default"}
    assert jobs.start_once("count", project, {"n": 1}).job.queue == "gpu"
