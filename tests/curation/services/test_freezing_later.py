"""Freezing many examples is left to a job: once, and refused before where that is plain."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from curation import jobs
from curation.datasets import Policy
from curation.datasets.splits import SplitPlan
from curation.errors import BadInput, NothingToCurate, NothingToDo
from curation.models import DatasetVersion, Job, Project
from curation.services.datasets import (
    FreezeAsked,
    check_freezing,
    curate_dataset,
    later,
    takes_long,
)
from curation.services.exploring import find_evidence
from curation.services.exploring.expecting import expected
from tests.factories import annotate, make_project

pytestmark = pytest.mark.django_db(transaction=True)

ASKED = FreezeAsked(
    policy=Policy(threshold=0.8), splits=SplitPlan(train=0.5, test=0.5), note="for the paper"
)


@pytest.fixture
def project() -> Project:
    project = make_project("jokes", labels=("joke", "news"))
    for _ in range(4):
        annotate(project, ["joke"] * 3)
    annotate(project, ["news", "news", "joke"])
    return project


def start(project: Project, asked: FreezeAsked = ASKED) -> Job:
    return jobs.start_once("freeze", project, asked.as_json()).job


def run(job: Job) -> Job:
    jobs.run_job.func(job.pk)
    return Job.objects.get(pk=job.pk)


def killed(job: Job) -> None:
    """What the job looks like whose worker was killed a minute ago."""
    Job.objects.filter(pk=job.pk).update(
        state=Job.State.RUNNING,
        claim="dead",
        attempts=1,
        heartbeat_at=timezone.now() - timedelta(minutes=1),
    )


@pytest.mark.parametrize(
    "asked",
    [
        ASKED,
        FreezeAsked(policy=Policy(keep_all=True), anyway=True),
        FreezeAsked(policy=Policy(label_thresholds=(("joke", 0.5), ("news", 0.7)))),
    ],
)
def test_what_is_asked_comes_back_from_what_the_job_is_told(asked: FreezeAsked) -> None:
    assert FreezeAsked.from_json(asked.as_json()) == asked


def test_the_job_freezes_what_freezing_at_once_would(project: Project) -> None:
    job = run(start(project))

    version = DatasetVersion.objects.get()
    assert job.state == "successful"
    assert job.result == {"version": 1, "created": True, "kept": 4}
    assert (version.note, version.split_plan["train"]) == ("for the paper", 0.5)
    again = curate_dataset(project, ASKED.policy, splits=ASKED.splits)
    assert (again.created, again.version) == (False, version)


def test_a_job_killed_before_it_wrote_is_taken_up_and_leaves_one_version(
    project: Project,
) -> None:
    job = start(project)
    killed(job)

    assert jobs.reap() == 1

    assert run(job).result == {"version": 1, "created": True, "kept": 4}
    assert DatasetVersion.objects.count() == 1


def test_a_job_killed_after_it_wrote_is_taken_up_and_finds_its_version(project: Project) -> None:
    job = start(project)
    curate_dataset(project, ASKED.policy, splits=ASKED.splits, note=ASKED.note)
    killed(job)
    jobs.reap()

    assert run(job).result == {"version": 1, "created": False, "kept": 4}

    assert DatasetVersion.objects.count() == 1


def test_a_job_killed_while_it_wrote_leaves_nothing_half(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = start(project)
    write = "curation.services.datasets.freezing._write"
    with monkeypatch.context() as patch:
        patch.setattr(write, lambda version, rows: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            jobs.run_job.func(job.pk)
    assert not DatasetVersion.objects.exists()
    killed(job)
    jobs.reap()

    assert run(job).result == {"version": 1, "created": True, "kept": 4}


def test_a_second_click_is_no_second_job(project: Project) -> None:
    first = start(project)

    assert start(project) == first
    assert start(project, FreezeAsked(policy=Policy(keep_all=True))) != first
    jobs.cancel(first)
    assert start(project) != first


def test_a_job_says_why_it_froze_nothing(project: Project) -> None:
    job = run(start(project, FreezeAsked(policy=Policy(keep_all=True, min_votes=9))))

    assert job.state == "failed"
    assert job.error.startswith("None of the 5 judged examples satisfies the policy")


def test_a_job_waits_for_no_job_of_its_own_kind(project: Project) -> None:
    for share in (0.5, 0.6):
        start(project, FreezeAsked(policy=Policy(keep_share=share)))

    check_freezing(project, ASKED)

    assert run(start(project)).state == "successful"


def test_what_cannot_be_frozen_is_refused_before_there_is_a_job(project: Project) -> None:
    policy = Policy(label_thresholds=(("joke", 0.5), ("poem", 0.5)))
    with pytest.raises(BadInput, match="no label 'poem'"):
        check_freezing(project, FreezeAsked(policy=policy))
    with pytest.raises(BadInput, match="no aggregator 'x'"):
        check_freezing(project, FreezeAsked(policy=Policy(keep_all=True, aggregator="x")))
    with pytest.raises(BadInput, match="NUL character"):
        check_freezing(project, FreezeAsked(policy=Policy(keep_all=True), note="a\0b"))

    Job.objects.create(kind="pull", project=project)

    with pytest.raises(NothingToDo, match="are being fetched"):
        check_freezing(project, ASKED)
    check_freezing(project, FreezeAsked(policy=ASKED.policy, anyway=True))


def test_what_is_kept_is_counted_on_the_evidence_as_freezing_counts_it(project: Project) -> None:
    found = expected(project, ASKED.policy)
    version = curate_dataset(project, ASKED.policy).version

    assert found is not None
    assert (found.kept, found.judged, found.labels) == (version.kept, 5, version.labels)
    with pytest.raises(NothingToCurate, match="None of the 5 judged examples"):
        expected(project, Policy(keep_all=True, min_votes=9))


def test_nothing_is_told_on_evidence_of_older_votes(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    find_evidence(project, aggregator="majority")
    monkeypatch.setattr("curation.services.exploring.evidence.AT_ONCE", 0)
    annotate(project, ["news"] * 3)

    assert expected(project, ASKED.policy) is None


@pytest.mark.parametrize(("limit", "long"), [(4, True), (5, False)])
def test_a_job_is_asked_where_there_are_more_texts_than_the_limit(
    project: Project, monkeypatch: Any, limit: int, long: bool
) -> None:
    monkeypatch.setattr(later, "AT_ONCE", limit)

    assert takes_long(project) is long
