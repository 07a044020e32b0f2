"""Which rounds a worker pulls, when, and what it does while a server is away."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from curation.label_studio.fake import FakeLabelStudio
from curation.management.polling import poll_rounds
from curation.models import AnnotationRound, Job, Project
from curation.services.rounds.polling import due_rounds
from curation.views.jobs import job_lines
from tests.curation.services import on_fake
from tests.curation.services.on_fake import push

pytestmark = pytest.mark.django_db
front, project = on_fake.front, on_fake.project


@pytest.fixture
def target(project: Project, front: FakeLabelStudio) -> AnnotationRound:
    return push(project, front)


def ended(
    target: AnnotationRound, *, ago: float, state: str = "successful", failures: int = 0
) -> Job:
    """A pull that polling started and that ended so many seconds ago."""
    params = {"round": target.number, "poll": True, "failures": failures}
    return Job.objects.create(
        project=target.project,
        kind="pull",
        params=params,
        state=state,
        finished_at=timezone.now() - timedelta(seconds=ago),
    )


def due() -> list[AnnotationRound]:
    return due_rounds(timezone.now())


def test_a_round_that_was_just_sent_is_due(target: AnnotationRound) -> None:
    assert due() == [target]


@pytest.mark.parametrize(("ago", "is_due"), [(29, False), (31, True)])
def test_a_round_is_due_every_thirty_seconds(
    target: AnnotationRound, ago: float, is_due: bool
) -> None:
    ended(target, ago=ago)

    assert bool(due()) is is_due


@pytest.mark.parametrize(("ago", "is_due"), [(1, False), (4, True)])
def test_a_hint_makes_it_due_at_once(target: AnnotationRound, ago: float, is_due: bool) -> None:
    ended(target, ago=ago)
    AnnotationRound.objects.update(hinted_at=timezone.now())

    assert bool(due()) is is_due


@pytest.mark.parametrize(
    ("failures", "ago", "is_due"),
    [(0, 31, True), (1, 31, False), (1, 61, True), (9, 299, False), (9, 301, True)],
)
def test_the_more_often_it_fails_the_longer_it_waits(
    target: AnnotationRound, failures: int, ago: float, is_due: bool
) -> None:
    ended(target, ago=ago, state="failed", failures=failures)
    AnnotationRound.objects.update(hinted_at=timezone.now())

    assert bool(due()) is is_due


@pytest.mark.parametrize(
    "change",
    [{"state": "closed"}, {"state": "paused"}, {"simulated": True}, {"front": "page"},
     {"remote_project": None}],
)  # fmt: skip
def test_only_open_rounds_of_people_on_label_studio_are_pulled(
    target: AnnotationRound, change: dict[str, Any]
) -> None:
    AnnotationRound.objects.update(**change)

    assert due() == []


def test_polling_can_be_switched_off(target: AnnotationRound, settings: Any) -> None:
    settings.CONCORD_POLL_SECONDS = 0

    assert due() == []


@pytest.mark.parametrize("params", [{}, {"round": 1}, {"round": 1, "poll": True, "failures": 0}])
def test_a_round_that_is_being_pulled_is_not_due(
    target: AnnotationRound, params: dict[str, Any]
) -> None:
    Job.objects.create(project=target.project, kind="pull", params=params, state="running")

    assert due() == []


def test_polling_starts_one_pull_of_each_round(
    target: AnnotationRound, project: Project, front: FakeLabelStudio
) -> None:
    push(project, front, overlap=2)

    started = [poll_rounds(), poll_rounds()]

    assert started == [2, 0]
    rows = Job.objects.filter(kind="pull").order_by("pk")
    assert [(job.params["round"], job.queue) for job in rows] == [(1, "fronts"), (2, "fronts")]


def test_a_round_that_fails_keeps_no_other_waiting(
    target: AnnotationRound, project: Project, front: FakeLabelStudio
) -> None:
    other = push(project, front, overlap=2)
    ended(target, ago=31, state="failed", failures=3)
    ended(other, ago=31)

    assert due() == [other]


def test_failures_are_counted_on_and_forgotten_after_a_success(target: AnnotationRound) -> None:
    ended(target, ago=1_000, state="failed", failures=3)
    poll_rounds()
    (job,) = Job.objects.filter(kind="pull")
    counted = job.params["failures"]
    Job.objects.update(state="successful", finished_at=timezone.now() - timedelta(seconds=40))

    poll_rounds()

    (job,) = Job.objects.filter(kind="pull")
    assert (counted, job.params["failures"]) == (4, 0)


def test_polls_do_not_bury_the_jobs_people_started(target: AnnotationRound) -> None:
    Job.objects.create(project=target.project, kind="pull", params={}, state="successful")
    for _ in range(3):
        ended(target, ago=100)

    poll_rounds()

    polls = Job.objects.filter(kind="pull", params__poll=True)
    assert [job.state for job in polls] == ["ready"]
    assert Job.objects.filter(kind="pull").count() == 2


def test_polls_do_not_stand_in_the_list_of_jobs(target: AnnotationRound) -> None:
    Job.objects.create(project=target.project, kind="pull", params={}, state="successful")
    ended(target, ago=1)
    poll_rounds()

    assert [line.job.params for line in job_lines(target.project)] == [{}]
