"""Pause, resume, cancel: as pages do it, with the job that a worker runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from curation import jobs
from curation.errors import BadInput
from curation.models import Job, Project
from curation.progress import Progress
from generation import jobs as handlers
from generation.models import Call, GenerationRun
from generation.services import controlling
from tests.factories import make_project
from tests.generation.limited_server import LimitedServer
from tests.generation.recount import check

pytestmark = pytest.mark.django_db(transaction=True)

acts: list[Callable[[], None]] = []


def interrupted(project: Project, params: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """The real handler, but somebody acts as soon as there is an example."""

    def watched(done: int, total: int, note: str = "") -> None:
        if done and acts:
            acts.pop()()
        progress(done, total, note)

    return handlers.generate(project, params, watched)


@pytest.fixture
def project(settings: Any, transactional_db: None) -> Project:
    acts.clear()
    settings.CONCORD_JOBS = settings.CONCORD_JOBS | {"generate": f"{__name__}.interrupted"}
    return make_project("jokes", labels=("joke", "news"))


def wish(server: LimitedServer, **more: Any) -> dict[str, Any]:
    return {
        "provider": "openai",
        "method": "zero_shot",
        "model": "tiny",
        "base_url": server.base_url,
        "count": 200,
        "parallel": 2,
        "options": {"words": [8, 24], "turns": 1},
        **more,
    }


def work(job: Job) -> Job:
    jobs.run_job.func(job.pk)
    return Job.objects.get(pk=job.pk)


def the_run() -> GenerationRun:
    return GenerationRun.objects.get()


def test_a_paused_run_rests_once_what_is_under_way_is_back_and_goes_on_when_resumed(
    project: Project, server: LimitedServer
) -> None:
    acts.append(lambda: controlling.pause(the_run()))

    job = work(jobs.start("generate", project, wish(server)))

    run = the_run()
    assert (job.state, run.status) == ("successful", "paused")
    assert 0 < run.accepted < 200
    assert "It is paused; what it had is kept" in run.error
    check(run)

    again = work(controlling.resume(run))

    assert (again.state, again.params) == ("successful", job.params)
    assert (the_run().status, the_run().accepted, the_run().error) == ("successful", 200, "")
    assert server.stats()["answered_twice"] == 0
    check(the_run())


def test_a_run_can_be_paused_while_the_server_makes_it_wait(
    project: Project, server: LimitedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("generation.services.desk.LOOK_EVERY", 0.0)
    server.configure(rpm=1, retry_after_seconds=300)
    acts.append(lambda: controlling.pause(the_run()))

    job = work(jobs.start("generate", project, wish(server)))

    assert (job.state, the_run().status) == ("successful", "paused")
    check(the_run())


def test_a_cancelled_run_stops_keeps_what_it_had_and_can_be_resumed(
    project: Project, server: LimitedServer
) -> None:
    acts.append(lambda: controlling.cancel(the_run()))

    job = work(jobs.start("generate", project, wish(server)))

    assert (job.state, the_run().status) == ("cancelled", "cancelled")
    assert 0 < the_run().accepted < 200
    check(the_run())

    work(controlling.resume(the_run()))

    assert (the_run().status, the_run().accepted) == ("successful", 200)
    assert server.stats()["answered_twice"] == 0


def test_a_job_whose_worker_died_is_taken_up_and_delivers_the_rest(
    project: Project, server: LimitedServer
) -> None:
    acts.append(lambda: controlling.pause(the_run()))
    job = work(jobs.start("generate", project, wish(server)))
    Call.objects.create(
        run=the_run(), label=project.labels.earliest("pk"), conversation=999, turn=0,
        status=Call.Status.SENT, messages=[],
    )  # fmt: skip
    Job.objects.filter(pk=job.pk).update(state=Job.State.READY, claim="")

    assert work(job).state == "successful"

    assert (the_run().status, the_run().accepted) == ("successful", 200)
    assert the_run().calls.filter(status=Call.Status.LOST).count() == 1
    check(the_run())


def test_a_run_that_reached_its_cap_can_be_started_with_a_higher_one(
    project: Project, server: LimitedServer
) -> None:
    priced = wish(server, cap="0.01", price=["1", "4"])
    work(jobs.start("generate", project, priced))
    assert the_run().status == "paused"

    work(jobs.start("generate", project, priced | {"cap": "5"}))

    assert (the_run().status, the_run().accepted) == ("successful", 200)


def test_a_run_is_found_by_its_job_while_that_waits_or_works(
    project: Project, server: LimitedServer
) -> None:
    seen: list[Job | None] = []
    acts.append(lambda: seen.append(controlling.job_of(the_run())))

    job = work(jobs.start("generate", project, wish(server, count=20)))

    assert seen == [job]
    assert controlling.job_of(the_run()) is None


def test_what_cannot_be_paused_resumed_or_cancelled_gets_a_sentence(
    project: Project, server: LimitedServer
) -> None:
    work(jobs.start("generate", project, wish(server, count=20)))
    run = the_run()

    with pytest.raises(BadInput, match="Run 1 is not running, so it cannot be paused"):
        controlling.pause(run)
    with pytest.raises(BadInput, match="Run 1 is through; ask for more with a larger count"):
        controlling.resume(run)
    with pytest.raises(BadInput, match=r"No job runs run 1; .* press Ctrl\+C there"):
        controlling.cancel(run)
    run.status, run.wish = run.Status.PAUSED, {}
    with pytest.raises(BadInput, match="was not started here; repeat the command"):
        controlling.resume(run)


def test_a_run_that_is_being_worked_on_is_not_resumed_a_second_time(
    project: Project, server: LimitedServer
) -> None:
    complaints: list[str] = []

    def resume() -> None:
        with pytest.raises(BadInput, match="Run 1 is being worked on already") as refused:
            controlling.resume(the_run())
        complaints.append(str(refused.value))

    acts.append(resume)

    work(jobs.start("generate", project, wish(server, count=20)))

    assert len(complaints) == 1


def test_more_calls_than_before_take_up_a_run_that_fell_short(
    project: Project, server: LimitedServer
) -> None:
    server.configure(too_few=1.0)
    short = wish(server, top_up=1.0, patience=1, parallel=1)
    work(jobs.start("generate", project, short))
    had = the_run().accepted
    assert the_run().status == "successful"
    assert "raise --top-up to ask for more" in the_run().error

    work(jobs.start("generate", project, short))
    assert the_run().accepted == had

    work(jobs.start("generate", project, short | {"top_up": 9.0}))
    assert (the_run().accepted, the_run().error) == (200, "")
