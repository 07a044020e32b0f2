"""When something last happened in a project."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Max

from curation.models import (
    AnnotationRound,
    AuditEntry,
    DatasetVersion,
    Job,
    Participation,
    Project,
)

MOMENTS = (
    (AnnotationRound.objects, "project", "pulled_at"),
    (Participation.objects, "round__project", "seen_at"),
    (DatasetVersion.objects, "project", "created_at"),
    (Job.objects, "project", "created_at"),
)


def last_activity_of(projects: Sequence[Project]) -> dict[int, datetime]:
    """Project key → when answers last came in, a version was frozen or a job began; else its own.

    One query for each of these, whatever the number of projects.
    """
    latest = {project.pk: project.created_at for project in projects}
    for rows, path, moment in MOMENTS:
        mine = rows.filter(**{f"{path}__in": projects, f"{moment}__isnull": False})
        for key, last in mine.order_by().values_list(path).annotate(last=Max(moment)):
            latest[key] = max(last, latest[key])
    return latest


def times_exported(project: Project) -> int:
    """How often a version was taken along as files, as the audit log has it."""
    return AuditEntry.objects.filter(project=project.slug, what="version.exported").count()
