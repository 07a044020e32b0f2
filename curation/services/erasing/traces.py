"""Where a name stands besides its own row, and files that were worked out from it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from django.conf import settings
from django.db.models import Q

from curation.models import (
    AnnotationChange,
    Annotator,
    AnnotatorAction,
    Comparison,
    Job,
    Lease,
    Participation,
    Project,
    StrayAnswer,
)

BY_NAME = ("agreement", "aggregators", "annotators", "counts")  # CONCORD_HOME/FOLDER/SLUG.json


def clear_free_text(annotator: Annotator) -> None:
    """Empty what people wrote about this person; that something was done stays on record."""
    AnnotatorAction.objects.filter(annotator=annotator).update(reason="", figures={})


def rename_elsewhere(project: Project, name: str, pseudonym: str) -> None:
    """Put the pseudonym where rows of others carry the name as text."""
    StrayAnswer.objects.filter(round__project=project, annotator=name).update(
        annotator=pseudonym, value=""
    )
    Comparison.objects.filter(study__projects=project, annotator=name).update(annotator=pseudonym)
    _rename_in_jobs(project, name, pseudonym)


def remove_elsewhere(project: Project, name: str) -> None:
    """Remove rows of others that only exist because of this person."""
    StrayAnswer.objects.filter(round__project=project, annotator=name).delete()
    Comparison.objects.filter(study__projects=project, annotator=name).delete()


def remove_traces(annotator: Annotator) -> None:
    """Remove what tells how this person worked, but not their answers."""
    Lease.objects.filter(participation__annotator=annotator).delete()
    Participation.objects.filter(annotator=annotator).delete()
    AnnotationChange.objects.filter(annotator=annotator).delete()
    AnnotatorAction.objects.filter(annotator=annotator).delete()


def forget_worked_out(project: Project) -> None:
    """Delete kept figures, which name people; they are worked out again when asked for."""
    home = Path(settings.CONCORD_HOME)
    for folder in BY_NAME:
        (home / folder / f"{project.slug}.json").unlink(missing_ok=True)
    shutil.rmtree(home / "evidence" / project.slug, ignore_errors=True)


def _rename_in_jobs(project: Project, name: str, pseudonym: str) -> None:
    quoted = json.dumps(name)[1:-1]
    texts = Q(error__contains=name) | Q(traceback__contains=name) | Q(note__contains=name)
    inside = texts | Q(result__isnull=False)
    for job in Job.objects.filter(inside, project=project).iterator(chunk_size=500):
        result = json.dumps(job.result)
        if quoted not in result and name not in job.error + job.traceback + job.note:
            continue
        Job.objects.filter(pk=job.pk).update(
            result=json.loads(result.replace(quoted, pseudonym)),
            error=job.error.replace(name, pseudonym),
            note=job.note.replace(name, pseudonym),
            traceback="",
        )
