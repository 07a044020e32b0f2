"""Background work: our own Job row is the truth, Django Tasks only carries its key.

A worker claims a job by a conditional update, so a second delivery of the same key is harmless.
While it runs, a thread beats its heart; a job whose heart has stopped is put back in line by the
reaper, up to `max_attempts`. Steps are idempotent, so taking a job up again continues it. A worker
that is asked to stop hands its job back at the next step; that, and a database that was away or a
disk that was full, counts as no attempt.

To add a kind: write a handler `(project, params, progress) -> result`, name it in
`settings.CONCORD_JOBS`.
"""

from __future__ import annotations

import logging
import threading
import time
import traceback
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import (
    InterfaceError,
    OperationalError,
    close_old_connections,
    connection,
    transaction,
)
from django.db.models import F
from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from curation.endpoints.policy import guarded_by
from curation.errors import BadInput, CurationError, JobCancelled, JobHandedBack
from curation.logs.context import logged
from curation.models import Job, Project
from curation.models.jobs import SILENCE
from curation.progress import Progress
from curation.sealing.redacting import redacted
from curation.services.auditing import Actor, acting, record_job
from curation.services.operations.outages import outage

LOG = logging.getLogger("concord.jobs")
Handler = Callable[[Project, dict[str, Any], Progress], dict[str, Any]]

HEARTBEAT_SECONDS = 5.0
OUTAGE_SECONDS = 60.0  # for which a worker tries to write down that the database was away

_stopping = threading.Event()  # this process takes no more steps
_running: dict[int, str] = {}  # job → claim, of this process


def start(
    kind: str, project: Project, params: dict[str, Any] | None = None, *, queue: str = ""
) -> Job:
    """Write the job down and hand its key to a worker of this or its kind's queue, or neither."""
    if kind not in settings.CONCORD_JOBS:
        known = ", ".join(settings.CONCORD_JOBS)
        raise BadInput(f"There is no job of kind {kind!r}; kinds are {known}.")
    queue = queue or ("gpu" if kind in settings.CONCORD_GPU_JOBS else "default")
    with transaction.atomic():
        job = Job.objects.create(kind=kind, project=project, params=params or {}, queue=queue)
        _dispatch(job)
        record_job(job)
    return job


@dataclass(frozen=True, kw_only=True)
class Started:
    job: Job
    new: bool  # False: it was under way already


def start_once(kind: str, project: Project, params: dict[str, Any], *, queue: str = "") -> Started:
    """A job for this; the one that is under way with these parameters, if there is one."""
    active = Job.objects.active().filter(project=project, kind=kind, cancel_requested=False)
    # compared here: what a database calls equal JSON may depend on the order of keys
    alike = next((job for job in active.order_by("pk") if job.params == params), None)
    if alike is not None:
        return Started(job=alike, new=False)
    return Started(job=start(kind, project, params, queue=queue), new=True)


def start_unless_busy(kind: str, project: Project, params: dict[str, Any] | None = None) -> None:
    """Start a job unless one of its kind is at work or waits, whatever its parameters."""
    if not Job.objects.active().filter(project=project, kind=kind).exists():
        start(kind, project, params)


def cancel(job: Job) -> None:
    """Ask a job to stop: at once if it waits, at its next step if it runs."""
    now = timezone.now()
    waiting = Job.objects.filter(pk=job.pk, state=Job.State.READY)
    if not waiting.update(state=Job.State.CANCELLED, finished_at=now):
        Job.objects.filter(pk=job.pk).update(cancel_requested=True)


def reap() -> int:
    """Put jobs of dead workers back in line, or fail them after their last attempt."""
    revived = _deliver_again()
    for job in Job.objects.silent():
        dead = Job.objects.filter(pk=job.pk, claim=job.claim, state=Job.State.RUNNING)
        if job.attempts >= job.max_attempts:
            dead.update(
                state=Job.State.FAILED,
                finished_at=timezone.now(),
                error=f"Its worker died {job.attempts} times; see the log, then start it again.",
            )
            continue
        with transaction.atomic():
            if dead.update(state=Job.State.READY, claim=""):
                _dispatch(job)
                revived += 1
    return revived


def _deliver_again() -> int:
    """Hand over waiting jobs whose delivery was lost with the worker that had just taken it."""
    waiting = Job.objects.filter(state=Job.State.READY, created_at__lt=timezone.now() - SILENCE)
    if not waiting:
        return 0
    on_the_way = {
        delivery.args_kwargs["args"][0]
        for delivery in DBTaskResult.objects.filter(
            task_path=run_job.module_path, status=TaskResultStatus.READY
        )
    }
    lost = [job for job in waiting if job.pk not in on_the_way]
    for job in lost:
        _dispatch(job)  # a second delivery is harmless
    return len(lost)


@task()
def run_job(job_id: int) -> None:
    """What a worker runs: claim the job, run its handler, write down how it ended."""
    claim = uuid.uuid4().hex
    now = timezone.now()
    ready = Job.objects.filter(pk=job_id, state=Job.State.READY)
    if not ready.update(
        state=Job.State.RUNNING,
        claim=claim,
        attempts=F("attempts") + 1,
        started_at=now,
        heartbeat_at=now,
        error="",
        traceback="",
    ):
        return  # delivered twice, or cancelled while it waited
    job = Job.objects.select_related("project").get(pk=job_id)
    _running[job_id] = claim
    try:
        with _logged(job), _Heartbeat(job_id, claim):
            _execute(job, claim)
    finally:
        _running.pop(job_id, None)


def _logged(job: Job) -> AbstractContextManager[None]:
    slug = job.project.slug if job.project else None
    return logged(job=job.pk, kind=job.kind, project=slug, attempt=job.attempts)


def stop_taking_steps() -> None:
    """Let every job of this process stop at its next step and go back in line."""
    _stopping.set()


def is_stopping() -> bool:
    return _stopping.is_set()


def hand_back_running() -> int:
    """Put the jobs of this process back in line without waiting for their next step.

    For a process that is about to end: what a job still does afterwards is not counted.
    """
    return sum(_hand_back(job_id, claim) for job_id, claim in list(_running.items()))


def _execute(job: Job, claim: str) -> None:
    handler: Handler = import_string(settings.CONCORD_JOBS[job.kind])
    assert job.project is not None
    who = Actor(name=f"job {job.pk}")
    LOG.info("job begins")
    try:
        with acting(lambda: who), guarded_by(settings.CONCORD_ENDPOINTS):
            result = handler(job.project, job.params, _progress_of(job.pk, claim))
    except JobHandedBack:
        _hand_back(job.pk, claim)
    except JobCancelled as error:
        _finish(job.pk, claim, state=Job.State.CANCELLED, error=str(error))
    except CurationError as error:
        _finish(job.pk, claim, state=Job.State.FAILED, error=str(error))
    except Exception as error:
        _break_off(job, claim, error)
    else:
        _finish(job.pk, claim, state=Job.State.SUCCESSFUL, result=result)


def _break_off(job: Job, claim: str, error: Exception) -> None:
    """Write down an error that nobody foresaw, and raise it; wait where only waiting helps."""
    if sentence := outage(error):
        LOG.warning("job waits: %s", sentence)
        _leave_to_reaper(job.pk, claim, sentence)
        return
    LOG.error("job broke off", exc_info=error)
    _finish(
        job.pk,
        claim,
        state=Job.State.FAILED,
        error=redacted(f"It broke off with {type(error).__name__}: {error}"),
        traceback=redacted("".join(traceback.format_exception(error))),
    )
    raise error


def _leave_to_reaper(job_id: int, claim: str, sentence: str) -> None:
    """Take the heart out of a job, so that it is taken up in `SILENCE`; the attempt is no one."""
    until = time.monotonic() + OUTAGE_SECONDS
    mine = Job.objects.filter(pk=job_id, claim=claim, state=Job.State.RUNNING)
    while True:
        try:
            mine.update(
                claim="",
                attempts=F("attempts") - 1,
                heartbeat_at=timezone.now(),
                note=sentence[:200],
            )
            return
        except (OperationalError, InterfaceError):
            if time.monotonic() > until:
                raise
            close_old_connections()
            time.sleep(1)


def _hand_back(job_id: int, claim: str) -> bool:
    mine = Job.objects.filter(pk=job_id, claim=claim, state=Job.State.RUNNING)
    with transaction.atomic():
        back = mine.update(state=Job.State.READY, claim="", attempts=F("attempts") - 1)
        if back:
            LOG.info("job goes back in line")
            _dispatch(Job.objects.get(pk=job_id))
    return bool(back)


def _finish(job_id: int, claim: str, **fields: Any) -> None:
    Job.objects.filter(pk=job_id, claim=claim).update(finished_at=timezone.now(), **fields)
    LOG.info("job ends", extra={"fields": {"state": fields["state"]}})


def _progress_of(job_id: int, claim: str) -> Progress:
    mine = Job.objects.filter(pk=job_id, claim=claim, state=Job.State.RUNNING)

    def progress(done: int, total: int, note: str = "") -> None:
        if not mine.filter(cancel_requested=False).update(done=done, total=total, note=note[:200]):
            raise JobCancelled
        if _stopping.is_set():
            raise JobHandedBack

    return progress


class _Heartbeat:
    """Says every few seconds, from a thread of its own, that the job's worker is alive."""

    def __init__(self, job_id: int, claim: str) -> None:
        self._mine = Job.objects.filter(pk=job_id, claim=claim)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._beat, daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _beat(self) -> None:
        try:
            while not self._stop.wait(HEARTBEAT_SECONDS):
                # a long write held the database, or it is away: next time
                with suppress(OperationalError, InterfaceError):
                    close_old_connections()
                    self._mine.update(heartbeat_at=timezone.now())
        finally:
            connection.close()


def _dispatch(job: Job) -> None:
    run_job.using(queue_name=job.queue).enqueue(job.pk)
