"""Fitting what was asked for, each run in a process of its own, a few side by side."""

from __future__ import annotations

import json
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.utils import timezone

from curation.errors import BadInput
from curation.models import Project
from curation.progress import Progress, silent
from training.errors import RunsFailed
from training.fitting.child import Child
from training.fitting.config import FitConfig
from training.models import TrainingRun
from training.services.attaching import attach_test
from training.services.requests import Request, ask, want

POLL_SECONDS = 0.25

Status = TrainingRun.Status


def train_source(
    project: Project,
    source: str,
    *,
    seeds: int = 3,
    config: FitConfig | None = None,
    parallel: int = 1,
    progress: Progress = silent,
) -> list[TrainingRun]:
    """Fit one source with seeds 0 to `seeds` - 1. See `train_sources`."""
    return train_sources(
        project, [source], seeds=seeds, config=config, parallel=parallel, progress=progress
    )


def train_sources(
    project: Project,
    sources: Sequence[str],
    *,
    seeds: int = 3,
    config: FitConfig | None = None,
    parallel: int = 1,
    progress: Progress = silent,
) -> list[TrainingRun]:
    """Fit every source with seeds 0 to `seeds` - 1; runs that are finished already are kept.

    Runs that broke off, were cancelled, or whose process died are fitted again from their
    beginning, and so are runs whose folder has gone.

    Args:
        sources: any of "synthetic", "real", "version:N", "random:N".
        config: its labels and seed are filled in here.
        parallel: processes at a time; each takes `config.threads` cores and about 1 GB.
        progress: counts optimisation steps over all runs.

    Returns:
        The runs, sources in the order given, seeds ascending.

    Raises:
        BadInput, VersionNotFound, NothingToDo, BadRecipe: nothing was changed.
        RunsFailed: some runs broke off; the others are kept.
        JobCancelled: `progress` raised it; runs in progress were stopped, finished ones are kept.
    """
    if parallel < 1:
        raise BadInput(f"{parallel} processes were asked for; ask for 1 or more.")
    requests = ask(project, want(project, sources, seeds=seeds, config=config))
    with _pool(requests, parallel=parallel) as pool:
        while pool.step():
            progress(*pool.reached())
            time.sleep(POLL_SECONDS)
        progress(*pool.reached())
    runs = list(TrainingRun.objects.in_bulk([request.run.pk for request in requests]).values())
    failed = {str(run): run.error for run in runs if run.status == Status.FAILED}
    if failed:
        raise RunsFailed(failed, asked=len(runs))
    by_key = {run.pk: run for run in runs}
    return [by_key[request.run.pk] for request in requests]


class _Pool:
    """Requests on their way: waiting, running, settled."""

    def __init__(self, requests: Sequence[Request], *, parallel: int) -> None:
        self.waiting = deque(requests)
        self.running: dict[Child, Request] = {}
        self._parallel = parallel
        self._total = sum(request.wanted.config.max_steps for request in requests)
        self._settled = 0  # steps of runs that are over
        self._note = "nothing left to fit"

    def step(self) -> bool:
        """Settle what has ended, start what fits in; False when all is done."""
        for child in [child for child in self.running if child.exit_code() is not None]:
            self._settle(self.running.pop(child), child)
        while self.waiting and len(self.running) < self._parallel:
            self._begin(self.waiting.popleft())
        return bool(self.running)

    def reached(self) -> tuple[int, int, str]:
        """Steps made, steps asked for, and what runs now."""
        steps = [child.step() for child in self.running]
        made = sum(step.step for step in steps if step)
        if self.running:
            self._note = " · ".join(str(request.run) for request in self.running.values())
        return self._settled + made, self._total, self._note

    def _begin(self, request: Request) -> None:
        if request.is_finished():
            self._settle(request, None)
            return
        _note(request.run, status=Status.RUNNING, started_at=timezone.now(), error="")
        request.prepare()
        self.running[Child(request.folder)] = request

    def _settle(self, request: Request, child: Child | None) -> None:
        self._settled += request.wanted.config.max_steps
        if request.is_finished():
            _record(request)
        else:
            assert child is not None
            _note(
                request.run,
                status=Status.FAILED,
                error=child.complaint(),
                finished_at=timezone.now(),
            )


@contextmanager
def _pool(requests: Sequence[Request], *, parallel: int) -> Iterator[_Pool]:
    """A pool that leaves no process behind, and says of each run how it was left."""
    pool = _Pool(requests, parallel=parallel)
    try:
        yield pool
    finally:
        for child in pool.running:
            child.end()
        left = [*pool.running.values(), *pool.waiting]
        unfinished = TrainingRun.objects.filter(pk__in=[request.run.pk for request in left])
        unfinished.exclude(status=Status.SUCCESSFUL).update(
            status=Status.CANCELLED, finished_at=timezone.now()
        )


def _record(request: Request) -> None:
    """Take a finished folder's scores and predictions over; says the same when done twice.

    Killed in between, the predictions are attached when somebody asks for them.
    """
    known = request.run
    if known.status == Status.SUCCESSFUL:
        return
    metrics = json.loads(request.folder.metrics.read_text(encoding="utf-8"))
    _note(
        known,
        status=Status.SUCCESSFUL,
        macro_f1=metrics["macro_f1"],
        accuracy=metrics["accuracy"],
        collapsed=metrics["collapsed"] is not None,
        metrics=metrics,
        error="",
        finished_at=timezone.now(),
    )
    attach_test(known)


def _note(run: TrainingRun, **fields: object) -> None:
    TrainingRun.objects.filter(pk=run.pk).update(**fields)
    for name, value in fields.items():
        setattr(run, name, value)
