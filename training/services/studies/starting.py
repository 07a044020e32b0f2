"""Handing a study to a worker: pages, the interface and nobody twice."""

from __future__ import annotations

from django.db import transaction

from curation import jobs
from curation.models import Job
from training.errors import StudyRefused
from training.models import Study
from training.services.studies.state import KIND, runs_study

RECENT = 200  # jobs looked through for the newest of a study


@transaction.atomic
def start_study(study: Study, *, parallel: int | None = None) -> jobs.Started:
    """Start the study, or go on where it ended; the job that is under way, if there is one.

    Raises:
        StudyRefused: its projects have been deleted.
    """
    Study.objects.select_for_update().filter(pk=study.pk).first()  # one start at a time
    job = newest_job(study)
    if job is not None and job.finished_at is None and not job.cancel_requested:
        return jobs.Started(job=job, new=False)
    project = study.projects.order_by("slug").first()
    if project is None:
        raise StudyRefused(f"The projects of study {study.slug!r} have been deleted.")
    params = {"study": study.slug} | ({"parallel": parallel} if parallel else {})
    return jobs.Started(job=jobs.start(KIND, project, params), new=True)


def newest_job(study: Study) -> Job | None:
    """The newest job that runs the study, with its state as it is now."""
    for job in Job.objects.filter(kind=KIND).order_by("-pk")[:RECENT]:
        if runs_study(job, study.slug):
            return job
    return None
