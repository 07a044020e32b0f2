"""Pause, resume and cancel a run, wherever it is running."""

from __future__ import annotations

from curation import jobs
from curation.errors import BadInput
from curation.models import Job
from generation.models import GenerationRun


def job_of(run: GenerationRun) -> Job | None:
    """The job that runs it or waits to; None when it runs in a terminal, or nobody runs it."""
    waiting = Job.objects.active().filter(project=run.project_id, kind="generate")
    return next((job for job in waiting if run.wish and job.params == run.wish), None)


def pause(run: GenerationRun) -> None:
    """Ask the run to rest once what is on its way is back."""
    if run.status != GenerationRun.Status.RUNNING:
        raise BadInput(f"Run {run.number} is not running, so it cannot be paused.")
    GenerationRun.objects.filter(pk=run.pk).update(pause_requested=True)


def resume(run: GenerationRun) -> Job:
    """Start the run's wish again as a job; it continues where it stopped.

    Raises:
        BadInput: the run is through, is being run, or was started without keeping its wish.
    """
    if job_of(run) is not None:
        raise BadInput(f"Run {run.number} is being worked on already.")
    if run.finished_well:
        raise BadInput(f"Run {run.number} is through; ask for more with a larger count.")
    if not run.wish:
        raise BadInput(f"Run {run.number} was not started here; repeat the command that did.")
    return jobs.start("generate", run.project, run.wish)


def cancel(run: GenerationRun) -> None:
    """Stop the run's job at its next step; what it had is kept.

    Raises:
        BadInput: no job runs it.
    """
    job = job_of(run)
    if job is None:
        raise BadInput(
            f"No job runs run {run.number}; if it runs in a terminal, press Ctrl+C there."
        )
    jobs.cancel(job)
