"""Fitting sources of one project, each run in a process of its own, a few side by side."""

from __future__ import annotations

import time
from collections.abc import Sequence

from curation.errors import BadInput
from curation.models import Project
from curation.progress import Progress, silent
from training.errors import RunsFailed
from training.executors.base import TRIES, Executor
from training.executors.local import LocalExecutor
from training.fitting.config import FitConfig
from training.models import TrainingRun
from training.services.pool import POLL_SECONDS, Pool, opened_pool
from training.services.requests import Request, ask, want

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

    Runs that broke off, were cancelled, or whose process died are fitted again, and so are runs
    whose folder has gone.

    Args:
        sources: as `curation.datasets.sources` reads them: "synthetic", "real@100", "version:2", …
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
    executor = LocalExecutor(parallel)
    try:
        _fit_all(requests, executor, progress)
    finally:
        executor.close()
    runs = TrainingRun.objects.in_bulk([request.run.pk for request in requests])
    failed = {str(run): run.error for run in runs.values() if run.status == Status.FAILED}
    if failed:
        raise RunsFailed(failed, asked=len(runs))
    return [runs[request.run.pk] for request in requests]


def _fit_all(requests: Sequence[Request], executor: Executor, progress: Progress) -> None:
    total = sum(request.wanted.config.max_steps for request in requests)
    note = "nothing left to fit"

    def tell(pool: Pool) -> None:
        nonlocal note
        if pool.running:
            note = " · ".join(str(request.run) for request in pool.running.values())
        progress(pool.steps(), total, note)

    with opened_pool(executor, tries=TRIES) as pool:
        for request in requests:
            pool.add(request)
        while pool.step():
            tell(pool)
            time.sleep(POLL_SECONDS)
        tell(pool)
