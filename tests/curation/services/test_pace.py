"""How long work still takes."""

from __future__ import annotations

from typing import Any

import pytest

from curation.models import Job
from curation.services import pace
from curation.services.pace import seconds_left
from tests.factories import make_project

pytestmark = pytest.mark.django_db


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def time(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(pace, "time", clock)
    return clock


def running(**fields: Any) -> Job:
    return Job.objects.create(project=make_project(), kind="train", state="running", **fields)


def test_the_pace_is_that_since_the_first_look(clock: Clock) -> None:
    job = running(done=500, total=1000)  # taken up again: it did not begin at 0
    first = seconds_left(job)

    clock.now += 10
    job.done = 600

    assert first is None
    assert seconds_left(job) == pytest.approx(40)


def test_a_job_that_counts_something_else_is_looked_at_anew(clock: Clock) -> None:
    job = running(done=900, total=1000)
    seconds_left(job)

    clock.now += 10
    job.done, job.total = 2, 40
    anew = seconds_left(job)
    clock.now += 10
    job.done = 4

    assert anew is None
    assert seconds_left(job) == pytest.approx(180)


@pytest.mark.parametrize(
    "fields",
    [{"done": 0, "total": 9}, {"done": 9, "total": 9}, {"done": 4}, {"state": "ready", "total": 9}],
)
def test_nothing_is_told_of_what_nobody_knows(clock: Clock, fields: dict[str, Any]) -> None:
    job = running()
    for name, value in fields.items():
        setattr(job, name, value)

    for _ in range(2):
        assert seconds_left(job) is None
        clock.now += 60


def test_work_that_stands_still_has_no_pace(clock: Clock) -> None:
    job = running(done=5, total=9)
    seconds_left(job)

    clock.now += 60

    assert seconds_left(job) is None
