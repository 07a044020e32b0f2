"""Read what changed on the front since the last pull, and store it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count
from django.utils import timezone

from curation.bulk import chunked
from curation.errors import NothingToDo
from curation.label_studio.front import Front
from curation.label_studio.payload import moment
from curation.label_studio.reading import OVERLAP
from curation.models import Annotation, AnnotationRound, Participation
from curation.progress import Progress, silent
from curation.services.pulling.deleted import find_our_tasks
from curation.services.pulling.replacing import advance, replace

PULL_CHUNK = 200  # tasks written together with the watermark


@dataclass(frozen=True, kw_only=True)
class Pulled:
    round: AnnotationRound
    changed_tasks: int
    deleted_tasks: int  # gone from the front; the next push sends them again
    annotations: int  # in the round now, skips included
    strays: int  # in the round now


def pull_annotations(
    target: AnnotationRound, front: Front, *, progress: Progress = silent
) -> Pulled:
    """Bring in what changed on the front since the last pull.

    All annotations of a changed task become what they are there, so edits, skips and deletions
    converge; what was changed or removed leaves an `AnnotationChange`. The watermark moves in the
    same transaction: a pull may be killed and repeated at any point.

    Raises:
        NothingToDo: the round was not pushed yet.
        FrontProblem: the server refused or could not be reached; asking again continues.
    """
    if target.remote_project is None:
        raise NothingToDo(
            f"Round {target.number} was never sent; run manage.py push {target.project.slug} first."
        )
    deleted = find_our_tasks(target, front).gone
    told = _read(target, front, target.remote_project, progress)
    changed = told.changed
    if told.misplaced:
        found = find_our_tasks(target, front, misplaced=True)
        deleted += found.gone
        if found.moved:
            changed += _read(target, front, target.remote_project, progress).changed
    if changed or deleted:
        _count_answers(target)
    return Pulled(
        round=target,
        changed_tasks=changed,
        deleted_tasks=deleted,
        annotations=Annotation.objects.filter(task__round=target).count(),
        strays=target.strays.count(),
    )


@dataclass(frozen=True, kw_only=True)
class _Told:
    changed: int  # tasks
    misplaced: bool  # a task has the number or the name of one of ours, but not both


def _read(target: AnnotationRound, front: Front, remote_project: int, progress: Progress) -> _Told:
    """Store every task changed since the watermark.

    A change gets its time when it begins and can be seen `OVERLAP` later at the latest, so the
    watermark stays that far behind the newest change seen. Only when nothing newer has come for
    twice that long does it catch up: from then on an idle project has nothing to tell.
    """
    began, last_pull, known = timezone.now(), target.pulled_at, target.watermark
    changed, newest, misplaced = 0, "", False
    remote_tasks = front.changed_tasks(remote_project, since=known or None, settled=True)
    for chunk in chunked(remote_tasks, PULL_CHUNK):
        newest = max(newest, *(task.updated_at for task in chunk))
        misplaced |= replace(target, chunk, known_to=moment(newest, earlier=OVERLAP))
        changed += len(chunk)
        progress(changed, 0, f"{changed} changed tasks")
    quiet = timedelta(0) if last_pull is None else began - last_pull
    caught_up = quiet >= 2 * OVERLAP and moment(newest, earlier=OVERLAP) <= known
    advance(target, known_to=newest if newest and caught_up else target.watermark)
    return _Told(changed=changed, misplaced=misplaced)


def _count_answers(target: AnnotationRound) -> None:
    """Write down how many answers each person has given in the round."""
    given = (
        Annotation.objects.filter(task__round=target)
        .values_list("annotator")
        .annotate(n=Count("pk"))
        .order_by()
    )
    answers = dict(given)
    parts = list(target.participations.only("answered", "annotator"))
    changed = [part for part in parts if part.answered != answers.get(part.annotator_id, 0)]
    for part in changed:
        part.answered = answers.get(part.annotator_id, 0)
    Participation.objects.bulk_update(changed, ["answered"])
