"""Running a study: every run once, shared by whoever asks for it, until each cell is settled."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from curation.errors import CurationError, JobCancelled
from curation.progress import Progress, silent
from training.errors import StudyRefused, StudyStopped
from training.executors import EXECUTORS, open_executor
from training.executors.base import TRIES, Executor
from training.executors.claim import Claim
from training.executors.local import own_cores, own_devices
from training.fitting.errors import FitError
from training.models import Study, StudyCell, TrainingRun
from training.services.pool import POLL_SECONDS, Pool, opened_pool
from training.services.studies.at_work import claim_on, nobody_at_work
from training.services.studies.creating import get_study, plan_of
from training.services.studies.matrix import Matrix
from training.services.studies.state import StudyState, state_of
from training.services.studies.telling import make_report
from training.studies.plan import StudyPlan

LOCAL = "local"  # of EXECUTORS: processes of this machine
LOOK_SECONDS = 1.0  # between two looks at whether somebody asked for an end

Status = Study.Status


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What running a study came to."""

    state: StudyState
    fitted: int  # runs made by this process, checkers included
    reused: int  # runs that were finished already, by an earlier start, a project or a study

    def as_json(self) -> dict[str, Any]:
        return {**self.state.as_json(), "fitted": self.fitted, "reused": self.reused}


def run_study(
    slug: str,
    *,
    parallel: int | None = None,
    executor: str = LOCAL,
    progress: Progress = silent,
) -> Outcome:
    """Fit what a study still lacks, cell by cell; started again it goes on where it ended.

    Cells read the project as it is now. A run that is there already, whoever asked for it, is not
    fitted again; one that failed is tried again at each start; one whose process was lost is tried
    `TRIES` times. Several processes may run one study: they share the work, and the last one to end
    says how the study did. A run that fails does not stop the others.

    Args:
        parallel: runs at a time; None: see `side_by_side`.
        executor: a key of EXECUTORS.
        progress: counts optimisation steps over all runs.

    Raises:
        StudyNotFound, StudyRefused: nothing was changed.
        StudyStopped: `stop_study` was called. JobCancelled: `progress` raised it. In both cases and
            on KeyboardInterrupt, runs in progress were stopped and finished ones are kept.
    """
    study = get_study(slug)
    plan = plan_of(study)
    matrix = Matrix(study, plan)
    if parallel is not None and parallel < 1:
        raise StudyRefused(f"{parallel} runs at a time were asked for; ask for 1 or more.")
    if executor not in EXECUTORS:
        known = ", ".join(EXECUTORS)
        raise StudyRefused(f"There is no executor {executor!r}; there are {known}.")
    try:
        opened = open_executor(executor, parallel=parallel or side_by_side(plan, executor))
    except FitError as error:  # such as no cluster
        raise StudyRefused(str(error)) from error
    try:
        with _under_way(study):
            matrix.forget_other_test_rows()
            pool = _fit_all(study, matrix, opened, progress)
            _keep_report(study)
    finally:
        opened.close()
    study.refresh_from_db()
    return Outcome(state=state_of(study), fitted=pool.fitted, reused=pool.reused)


def side_by_side(plan: StudyPlan, executor: str = LOCAL) -> int | None:
    """Runs at a time when nobody says: one per graphics processor of this machine, or else as many
    as have cores for all their threads. None: the executor knows better.
    """
    if executor != LOCAL:
        return None
    threads = max(cell.config.threads for cell in plan.cells())
    return len(own_devices()) or max(1, own_cores() // threads)


def _fit_all(study: Study, matrix: Matrix, executor: Executor, progress: Progress) -> Pool:
    stopped = Study.objects.filter(pk=study.pk, status=Status.CANCELLED)  # as `stop_study` says it
    with opened_pool(
        executor, feed=matrix.requests(), tries=TRIES, attach=False, settled=matrix.settle
    ) as pool:
        matrix.pool = pool
        looked = time.monotonic()
        while pool.step():
            progress(matrix.steps(), matrix.total_steps, matrix.note())
            if time.monotonic() - looked >= LOOK_SECONDS:
                looked = time.monotonic()
                if stopped.exists():
                    raise StudyStopped(study.slug)
            time.sleep(POLL_SECONDS)
        progress(matrix.steps(), matrix.total_steps, matrix.note())
    return pool


@contextmanager
def _under_way(study: Study) -> Iterator[None]:
    """Say that the study runs, and how it ended; killed, the claim on it is gone with us."""
    claim = claim_on(study)
    while not claim.take():
        time.sleep(0.01)  # somebody looks at this moment whether it is held
    Study.objects.filter(pk=study.pk).update(
        status=Status.RUNNING, started_at=timezone.now(), finished_at=None, error="", report=None
    )
    try:
        yield
    except (JobCancelled, KeyboardInterrupt):
        _end(study, claim, Status.CANCELLED)
        raise
    except CurationError as error:
        _end(study, claim, Status.FAILED, str(error))
        raise
    except Exception as error:
        _end(study, claim, Status.FAILED, f"It broke off with {type(error).__name__}: {error}")
        raise
    else:
        _end(study, claim, *_verdict(study))
    finally:
        claim.release()


def _verdict(study: Study) -> tuple[str, str]:
    cells = StudyCell.objects.filter(study=study)
    if cells.filter(run__status=TrainingRun.Status.SUCCESSFUL, error="").exists():
        return Status.SUCCESSFUL, ""
    first = next(iter(state_of(study).failures), None)
    reason = f" The first one said: {first.sentence}" if first else ""
    return Status.FAILED, f"None of its {cells.count()} cells has a score.{reason}"


def _end(study: Study, claim: Claim, status: str, error: str = "") -> None:
    """Leave the study; the last process to do so says how it ended."""
    claim.release()
    with nobody_at_work(study) as nobody:
        if nobody:
            Study.objects.filter(pk=study.pk).update(
                status=status, error=error, finished_at=timezone.now()
            )


def _keep_report(study: Study) -> None:
    """Work out what the pages show; what is in the way of that is said when they are asked for."""
    with suppress(CurationError):
        make_report(study)
