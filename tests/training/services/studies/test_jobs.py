"""Studies as background jobs: stopped, and taken up again."""

from __future__ import annotations

import pytest

from curation import jobs
from curation.models import Job, Project
from tests.training.inline import InlineExecutor
from tests.training.services.studies.plans import cells, plan
from training.models import Study
from training.services.studies import create_study, get_study, stop_study

pytestmark = pytest.mark.usefixtures("inline")


def work(job: Job) -> Job:
    jobs.run_job.func(job.pk)
    job.refresh_from_db()
    return job


def test_a_job_runs_a_study_and_keeps_how_it_went(project: Project) -> None:
    create_study(plan(), "s")

    job = work(jobs.start("study", project, {"study": "s"}))

    assert (job.state, job.done, job.total) == (Job.State.SUCCESSFUL, 192, 192)
    assert isinstance(job.result, dict)
    assert (job.result["fitted"], job.result["state"]) == (2, "successful")


def test_a_cancelled_job_cancels_its_study_and_the_next_one_goes_on(
    project: Project, inline: type[InlineExecutor]
) -> None:
    create_study(plan(), "s")
    inline.endless.add("real")
    first = jobs.start("study", project, {"study": "s", "parallel": 1})
    Job.objects.filter(pk=first.pk).update(cancel_requested=True)

    work(first)
    cancelled = get_study("s").status
    inline.endless.clear()
    second = work(jobs.start("study", project, {"study": "s"}))

    assert (first.state, cancelled) == (Job.State.CANCELLED, Study.Status.CANCELLED)
    assert second.state == Job.State.SUCCESSFUL
    assert [state for _, _, state in cells()] == ["successful"] * 2


def test_a_job_whose_study_was_deleted_fails_with_a_sentence(project: Project) -> None:
    job = work(jobs.start("study", project, {"study": "gone"}))

    assert job.state == Job.State.FAILED
    assert "no study 'gone'" in job.error


def test_a_job_is_put_back_in_line_after_its_worker_died(project: Project) -> None:
    create_study(plan(), "s")
    job = jobs.start("study", project, {"study": "s"})
    Job.objects.filter(pk=job.pk).update(
        state=Job.State.RUNNING, claim="dead", attempts=1, heartbeat_at="2026-01-01T00:00:00Z"
    )

    jobs.reap()
    work(job)

    assert (job.state, job.attempts) == (Job.State.SUCCESSFUL, 2)
    assert [state for _, _, state in cells()] == ["successful"] * 2
    assert not stop_study("s")
