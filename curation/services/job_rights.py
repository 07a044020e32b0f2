"""What somebody may do with a job: a study's reads other projects than the one it is kept in."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.db.models import QuerySet
from django.utils.module_loading import import_string

from curation.models import Job, Project
from curation.services.access import Right, User, check_over, rights_over


def projects_of_job(job: Job) -> QuerySet[Project]:
    """Every project the job works on; none where that is its own alone."""
    name = settings.CONCORD_JOB_PROJECTS.get(job.kind)
    if name is None:
        return Project.objects.none()
    find: Callable[[str], QuerySet[Project]] = import_string(name)
    return find(str(job.params.get("study", "")))


def check_job(user: User, job: Job, right: Right) -> None:
    """Whether this person may do that with the job, for whoever may in the project it is kept in.

    Raises:
        NotAllowed: it is a study's, and their role does not suffice in all of its projects.
    """
    projects = projects_of_job(job)
    if projects.exists():
        check_over(user, projects, right)


def may_read(user: User, job: Job, *, only: int | None = None) -> bool:
    """Whether this person may read what the job found, for whoever sees the project it is in.

    Args:
        only: key of the only project that their token opens.
    """
    projects = projects_of_job(job)
    if only is not None and projects.exclude(pk=only).exists():
        return False
    return not projects.exists() or Right.SEE in rights_over(user, projects)
