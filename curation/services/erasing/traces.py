"""Where a name stands besides its own row, and files that were worked out from it."""

from __future__ import annotations

import json
import re
import shutil
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from curation.models import (
    AnnotationChange,
    Annotator,
    AnnotatorAction,
    Comparison,
    Job,
    KeptAnswer,
    Lease,
    Participation,
    Project,
    StrayAnswer,
)
from curation.services.repeating import old_answers

SHORT = 4  # letters; a shorter name is a word as well
BY_NAME = ("agreement", "aggregators", "annotators", "counts")  # CONCORD_HOME/FOLDER/SLUG.json
FOR_PROGRAMS = ("state", "kind")  # of an answer: somebody may be called "running"


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
    _rename_in_kept_answers(name, pseudonym)


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
    """Delete kept figures, which name people; they are worked out again when asked for.

    Once more when the transaction ends: whoever reads meanwhile still sees the person.
    """
    _forget(project)
    transaction.on_commit(partial(_forget, project))


def _forget(project: Project) -> None:
    home = Path(settings.CONCORD_HOME)
    for folder in BY_NAME:
        (home / folder / f"{project.slug}.json").unlink(missing_ok=True)
    for folder in ("evidence", "lately"):
        shutil.rmtree(home / folder / project.slug, ignore_errors=True)


def _rename_in_jobs(project: Project, name: str, pseudonym: str) -> None:
    told = Q(result__isnull=False) | ~Q(error="") | ~Q(traceback="") | ~Q(note="")
    for job in Job.objects.filter(told, project=project).iterator(chunk_size=500):
        before = (job.result, job.error, job.note, job.traceback)
        after = tuple(renamed(said, name, pseudonym) for said in before)
        if after != before:
            result, error, note, traceback = after
            Job.objects.filter(pk=job.pk).update(
                result=result, error=error, note=note[:200], traceback=traceback
            )


def _rename_in_kept_answers(name: str, pseudonym: str) -> None:
    """In what is answered to a request that is sent again; of that, what is too old goes.

    Such an answer does not say its project: for its day, a name of another may be renamed too.
    """
    old_answers().delete()
    stands = Q()
    for ascii_only in (False, True):
        stands |= Q(body__contains=json.dumps(name, ensure_ascii=ascii_only)[1:-1])
    for answer in KeptAnswer.objects.filter(stands).iterator(chunk_size=500):
        body = json.dumps(renamed_alone(json.loads(answer.body), name, pseudonym))
        KeptAnswer.objects.filter(pk=answer.pk).update(body=body)


def renamed_alone(said: Any, name: str, pseudonym: str) -> Any:
    """What was said, with another name wherever it stands alone, short ones too; keys stay, and
    what programs go by.

    >>> renamed_alone({"ann": ["ann is now excluded.", "'ann' and anna"]}, "ann", "x")
    {'ann': ['x is now excluded.', "'x' and anna"]}
    >>> renamed_alone({"state": "running", "annotator": "running"}, "running", "x")
    {'state': 'running', 'annotator': 'x'}
    """
    if isinstance(said, dict):
        return {
            key: value if key in FOR_PROGRAMS else renamed_alone(value, name, pseudonym)
            for key, value in said.items()
        }
    if isinstance(said, list):
        return [renamed_alone(value, name, pseudonym) for value in said]
    return _alone(name).sub(pseudonym, said) if isinstance(said, str) else said


def _alone(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-]){re.escape(name)}(?![\w-])")


def renamed(said: Any, name: str, pseudonym: str) -> Any:
    """What was said, with another name; a short name only where it stands alone.

    >>> renamed({"ann": ["bob", "bobby", "a word of bobby"]}, "bobby", "x")
    {'ann': ['bob', 'x', 'a word of x']}
    >>> renamed(["a", "a word"], "a", "x")
    ['x', 'a word']
    """
    if isinstance(said, dict):
        return {
            pseudonym if key == name else key: renamed(value, name, pseudonym)
            for key, value in said.items()
        }
    if isinstance(said, list):
        return [renamed(value, name, pseudonym) for value in said]
    if not isinstance(said, str):
        return said
    if len(name) < SHORT:
        return pseudonym if said == name else said
    return _alone(name).sub(pseudonym, said)
