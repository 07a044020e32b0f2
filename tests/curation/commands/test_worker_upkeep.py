"""What a worker sees to beside its jobs goes on, rests after a failure, and is nobody's act."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone

from curation import jobs
from curation.management import upkeep
from curation.management.commands import worker
from curation.management.working import Watch
from curation.models import AuditEntry, Job, Project, SummaryState
from curation.services import summaries
from curation.services.operations import carrying_on
from tests.factories import annotate, make_project

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carrying_on, "_told", {})


@pytest.fixture
def project() -> Project:
    return stale("jokes")


def stale(slug: str) -> Project:
    """One whose table of texts was worked out from nothing two days ago."""
    project = make_project(slug)
    annotate(project, ["joke", "joke"])
    summaries.refresh(project)
    long_ago = timezone.now() - timedelta(days=2)
    SummaryState.objects.filter(project=project).update(counted_at=long_ago)
    return project


def broken() -> None:
    raise KeyError("took")


@pytest.mark.django_db(transaction=True)
def test_work_that_broke_off_once_is_done_again() -> None:
    calls: list[int] = []
    again = threading.Event()

    def work() -> None:
        calls.append(len(calls))
        if len(calls) == 1:
            broken()
        again.set()

    stop = threading.Event()
    thread = threading.Thread(target=worker._repeat, args=(stop, "counting", work, 0.01))
    thread.start()
    came = again.wait(30)
    stop.set()
    thread.join()

    assert came


def test_one_part_of_the_upkeep_that_breaks_off_keeps_no_other_waiting(
    project: Project, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(jobs, "reap", broken)
    monkeypatch.setitem(upkeep.PARTS, "looking after rounds", broken)

    for _ in range(2):
        upkeep.upkeep(Watch())

    assert Job.objects.get().kind == "summaries"
    told = [record.getMessage().split(" broke")[0] for record in caplog.records]
    assert told == ["looking for dead workers' jobs", "looking after rounds"]


def test_one_project_that_breaks_off_keeps_no_other_waiting(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    stale("aphorisms")
    last = stale("puns")
    freshness = summaries.freshness

    def broken_for_one(asked: Project) -> summaries.Freshness:
        if asked.slug == "aphorisms":
            broken()
        return freshness(asked)

    monkeypatch.setattr(summaries, "freshness", broken_for_one)

    assert {each.slug for each in summaries.look_after()} == {project.slug, last.slug}


def test_a_database_that_is_away_ends_the_round() -> None:
    with pytest.raises(OperationalError), carrying_on.carrying_on("counting"):
        raise OperationalError("the database is away")


def test_jobs_of_the_upkeep_are_nobodys_act(project: Project) -> None:
    before = AuditEntry.objects.count()

    upkeep.upkeep(Watch())

    assert Job.objects.get().kind == "summaries"
    assert AuditEntry.objects.count() == before

    Job.objects.all().delete()
    jobs.start("summaries", project)

    assert AuditEntry.objects.latest("number").what == "job.started"


def test_what_failed_is_not_started_again_within_the_hour(project: Project) -> None:
    upkeep.upkeep(Watch())
    failed = Job.objects.all()
    failed.update(state=Job.State.FAILED, finished_at=timezone.now() - timedelta(minutes=59))
    upkeep.upkeep(Watch())
    within = Job.objects.count()

    failed.update(finished_at=timezone.now() - timedelta(minutes=61))
    upkeep.upkeep(Watch())

    assert (within, Job.objects.count()) == (1, 2)


@pytest.mark.parametrize("kind", ["settle", "annotators"])
def test_nor_are_plans_and_figures(
    project: Project, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    target = annotate(project, ["joke"]).tasks.get().round
    monkeypatch.setattr(upkeep, "look_after_rounds", lambda: [target])
    monkeypatch.setattr(upkeep, "projects_due", lambda: [project])
    asked = Job.objects.filter(kind=kind)

    for _ in range(2):
        upkeep.upkeep(Watch())
        asked.update(state=Job.State.FAILED, finished_at=timezone.now())

    assert asked.count() == 1
