"""The ranking that was made of a study last, and the jobs that make it."""

from __future__ import annotations

from curation.errors import NothingToDo
from curation.models import Job, ObjectivityStudy, Project
from curation.models.jobs import JobQuerySet
from curation.services.objectivity.ranking import StudyRanking

KIND = "rank_tasks"


def ranking_jobs(study: ObjectivityStudy) -> JobQuerySet:
    return Job.objects.filter(kind=KIND, params={"study": study.slug})


def project_of(study: ObjectivityStudy) -> Project:
    """The one of the study's projects that its jobs are kept in.

    Raises:
        NothingToDo: they were all deleted.
    """
    project = study.projects.order_by("slug").first()
    if project is None:
        raise NothingToDo(f"The projects of study {study.slug!r} have been deleted.")
    return project


def newest_ranking(study: ObjectivityStudy) -> StudyRanking | None:
    """None before the first one, and where an older version made it."""
    done = ranking_jobs(study).filter(state=Job.State.SUCCESSFUL).order_by("-pk").first()
    try:
        return StudyRanking.from_json(done.result) if done else None
    except (KeyError, TypeError):
        return None
