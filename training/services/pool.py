"""Requests on their way: each fitted by an executor, a few at a time, each by one process only."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.utils import timezone

from training.executors.base import Executor, Handle
from training.executors.claim import Claim, is_claimed
from training.fitting.errors import FitError
from training.models import TrainingRun
from training.services.recording import Status, record, record_failure, record_start
from training.services.requests import Request

POLL_SECONDS = 0.25
STEP_SECONDS = 0.5  # about so long a step may take over runs that are finished already

Settled = Callable[[Request], None]


class Pool:
    """Takes requests from `feed` as there is room for them.

    A run that another process looks after is put off until that process is done with it.
    """

    def __init__(
        self,
        executor: Executor,
        *,
        feed: Iterator[Request] | None = None,
        tries: int = 1,
        attach: bool = True,
        settled: Settled = lambda request: None,
    ) -> None:
        """
        Args:
            feed: asked for the next request whenever there is room.
            tries: how often a run whose process was lost is started in all.
            attach: whether predictions on test rows are attached to the hub's examples.
            settled: called with each request that has ended, well or not; it may `add` others.
        """
        self.running: dict[Handle, Request] = {}
        self.reused = self.fitted = 0  # runs that were finished already, and those fitted here
        self.settled_steps = 0  # optimisation steps of runs that are over
        self._feed = iter(()) if feed is None else feed
        self._added: deque[Request] = deque()
        self._put_off: deque[Request] = deque()
        self._executor = executor
        self._tries = tries
        self._attach = attach
        self._settled = settled
        self._claims: dict[int, Claim] = {}  # by key of the run
        self._lost: dict[int, int] = {}  # times its process was lost, by key of the run
        self._began = timezone.now()

    def add(self, request: Request) -> None:
        """One more, to be started before what the feed still holds."""
        self._added.append(request)

    def step(self) -> bool:
        """Settle what has ended, start what fits in; False when all is done."""
        for handle in [handle for handle in self.running if handle.ended() is not None]:
            self._end(handle)
        until = time.monotonic() + STEP_SECONDS
        more = True
        waiting = len(self._put_off)
        while more and len(self.running) < self._executor.capacity and time.monotonic() < until:
            request = self._next()
            if request is None and waiting:  # each of those put off is tried once a step
                request, waiting = self._put_off.popleft(), waiting - 1
            if request is None:
                more = False
            else:
                self._begin(request)
        return more or bool(self.running or self._put_off or self._added)

    def steps(self) -> int:
        """Optimisation steps made so far: of runs that are over, and of those that run."""
        steps = [handle.step() for handle in self.running]
        return self.settled_steps + sum(step.step for step in steps if step)

    def leave(self) -> None:
        """Stop what runs, and say of each run how it was left."""
        for handle, request in list(self.running.items()):
            handle.cancel()
            if request.is_finished():
                record(request, attach=self._attach)
            else:
                _mark_cancelled(request)
            self._release(request)
        self.running.clear()
        for claim in self._claims.values():
            claim.release()
        for request in (*self._added, *self._put_off):
            if not is_claimed(_claim_file(request)):
                _mark_never_begun(request)

    def _next(self) -> Request | None:
        return self._added.popleft() if self._added else next(self._feed, None)

    def _begin(self, request: Request) -> None:
        """Start it, unless it is finished or in other hands."""
        claim, begun = Claim(_claim_file(request)), False
        try:
            if not claim.take():
                self._put_off.append(request)
                return
            self._claims[request.run.pk] = claim
            if self._is_over(request):
                self._settle(request)
                return
            record_start(request)
            begun = True
            request.prepare()
            self.running[self._executor.start(request.folder)] = request
        except OSError as error:
            if not _is_kept_from_us(request, error):
                sentence = f"Its folder could not be written or read: {error}."
                record_failure(request, sentence, begun=begun)
            self._settle(request)
        except FitError as error:
            record_failure(request, str(error), begun=begun)
            self._settle(request)

    def _is_over(self, request: Request) -> bool:
        """Whether it was finished before, or has failed in another process since we began."""
        request.run.refresh_from_db()
        if request.is_finished():
            self.reused += 1
            record(request, attach=self._attach, found=True)
            return True
        failed, when = request.run.status == Status.FAILED, request.run.finished_at
        return failed and when is not None and when >= self._began

    def _end(self, handle: Handle) -> None:
        request, ended = self.running.pop(handle), handle.ended()
        assert ended is not None
        key = request.run.pk
        if request.is_finished():
            self.fitted += 1
            record(request, attach=self._attach)
        elif ended.lost and self._lost.get(key, 0) + 1 < self._tries:
            self._lost[key] = self._lost.get(key, 0) + 1
            self._release(request)
            self.add(request)
            return
        else:
            times = f" It was tried {self._lost[key] + 1} times." if key in self._lost else ""
            record_failure(request, f"{ended.complaint}{times}")
        self._settle(request)

    def _settle(self, request: Request) -> None:
        self.settled_steps += request.wanted.config.max_steps
        self._release(request)
        self._settled(request)

    def _release(self, request: Request) -> None:
        if claim := self._claims.pop(request.run.pk, None):
            claim.release()


@contextmanager
def opened_pool(
    executor: Executor,
    *,
    feed: Iterator[Request] | None = None,
    tries: int = 1,
    attach: bool = True,
    settled: Settled = lambda request: None,
) -> Iterator[Pool]:
    """A pool that leaves no process behind; the executor stays open."""
    pool = Pool(executor, feed=feed, tries=tries, attach=attach, settled=settled)
    try:
        yield pool
    finally:
        pool.leave()


def _claim_file(request: Request) -> Path:
    return request.folder.path / "claim"


def _mark_cancelled(request: Request) -> None:
    unfinished = TrainingRun.objects.filter(pk=request.run.pk)
    unfinished.exclude(status__in=(Status.SUCCESSFUL, Status.FAILED)).update(
        status=Status.CANCELLED, finished_at=timezone.now()
    )


def _mark_never_begun(request: Request) -> None:
    """Cancelled before it was its turn; the start of an attempt that was lost is not its own."""
    waiting = TrainingRun.objects.filter(pk=request.run.pk)
    waiting.filter(status__in=(Status.READY, Status.RUNNING)).update(
        status=Status.CANCELLED, started_at=None, finished_at=timezone.now()
    )


def _is_kept_from_us(request: Request, error: OSError) -> bool:
    """Whether it is finished and its folder is another user's: then its score stands."""
    return isinstance(error, PermissionError) and request.run.status == Status.SUCCESSFUL
