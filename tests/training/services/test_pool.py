"""What a run's row says while it is fitted once more, and after."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from curation.models import Project
from tests.training.factories import TFIDF
from tests.training.inline import InlineExecutor
from training.executors.claim import Claim
from training.models import TrainingRun
from training.services.pool import Pool
from training.services.requests import Request, ask, want

Status = TrainingRun.Status
BEFORE = timezone.now() - timedelta(days=3)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def inline(own_environment: None) -> Iterator[type[InlineExecutor]]:
    InlineExecutor.reset()
    yield InlineExecutor
    InlineExecutor.reset()


@pytest.fixture
def request_(project: Project, concord_home: Path) -> Request:
    (asked,) = ask(project, want(project, ["real"], seeds=1, config=TFIDF))
    return asked


def fit(request: Request, *, steps: int = 100) -> Pool:
    pool = Pool(InlineExecutor(), attach=False)
    pool.add(request)
    while steps and pool.step():
        steps -= 1
    return pool


def earlier(request: Request, status: str, **fields: object) -> None:
    """An attempt of three days ago, as it was left."""
    TrainingRun.objects.filter(pk=request.run.pk).update(status=status, started_at=BEFORE, **fields)


def row(request: Request) -> TrainingRun:
    return TrainingRun.objects.get(pk=request.run.pk)


def test_an_attempt_begins_without_the_end_and_the_score_of_the_one_before(
    request_: Request, inline: type[InlineExecutor]
) -> None:
    fit(request_)
    earlier(request_, Status.SUCCESSFUL, finished_at=BEFORE + MINUTE)
    shutil.rmtree(row(request_).path())
    inline.endless.add("real")

    pool = fit(request_, steps=1)

    run = row(request_)
    pool.leave()
    assert (run.status, run.finished_at, run.macro_f1, run.accuracy, run.metrics) == (
        Status.RUNNING, None, None, None, {},
    )  # fmt: skip
    assert run.started_at is not None
    assert run.started_at > BEFORE


def test_a_run_that_could_not_begin_again_has_no_score_and_took_no_time(
    request_: Request, inline: type[InlineExecutor]
) -> None:
    fit(request_)
    earlier(request_, Status.SUCCESSFUL, finished_at=BEFORE + MINUTE)
    path = row(request_).path()
    shutil.rmtree(path)
    path.write_text("a file where the folder was", encoding="utf-8")

    fit(request_)

    run = row(request_)
    assert (run.status, run.macro_f1, run.started_at) == (Status.FAILED, None, None)
    assert "could not be written or read" in run.error


def test_a_finished_run_whose_folder_is_another_users_keeps_its_score(
    request_: Request, inline: type[InlineExecutor], monkeypatch: pytest.MonkeyPatch
) -> None:
    fit(request_)
    before = row(request_)

    def closed(claim: Claim) -> bool:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Claim, "take", closed)
    fit(request_)

    run = row(request_)
    assert run.status == Status.SUCCESSFUL
    assert run.macro_f1 == before.macro_f1 is not None
    assert run.finished_at == before.finished_at


def test_a_run_cancelled_while_it_waits_took_no_time(
    request_: Request, inline: type[InlineExecutor]
) -> None:
    earlier(request_, Status.RUNNING)  # its process was killed

    fit(request_, steps=0).leave()

    assert (row(request_).status, row(request_).started_at) == (Status.CANCELLED, None)


def test_a_run_cancelled_before_keeps_what_it_took_when_it_waits_again(
    request_: Request, inline: type[InlineExecutor]
) -> None:
    earlier(request_, Status.CANCELLED, finished_at=BEFORE + MINUTE)

    fit(request_, steps=0).leave()

    run = row(request_)
    assert (run.started_at, run.finished_at) == (BEFORE, BEFORE + MINUTE)


def test_a_run_found_finished_ended_when_its_folder_did(
    request_: Request, inline: type[InlineExecutor]
) -> None:
    fit(request_)
    end = BEFORE + MINUTE
    os.utime(request_.folder.manifest, (end.timestamp(), end.timestamp()))
    earlier(request_, Status.RUNNING, finished_at=None)  # killed before it was written down

    fit(request_)

    ended = row(request_).finished_at
    assert ended is not None
    assert abs(ended - end) < timedelta(seconds=1)
