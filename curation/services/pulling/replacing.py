"""What a changed task's answers are now, written over what they were."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import partial

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from curation.bulk import insert_rows, update_rows
from curation.errors import NothingToDo
from curation.label_studio.records import RemoteTask
from curation.models import (
    Annotation,
    AnnotationChange,
    AnnotationRound,
    Annotator,
    Participation,
    Project,
    StrayAnswer,
)
from curation.services import answer_books
from curation.services.pulling.counting import recount
from curation.services.pulling.sorting import Answer, Sorter, Stored, stored_answers


class PullUnderWay(NothingToDo):
    """Another pull of the round has moved on meanwhile."""

    def __init__(self, target: AnnotationRound) -> None:
        super().__init__(
            f"Round {target.number} is being pulled or pushed by another process at this moment; "
            "what it has not brought in, the next pull does."
        )


@transaction.atomic
def replace(target: AnnotationRound, remote_tasks: Sequence[RemoteTask], *, known_to: str) -> bool:
    """Make the answers to these tasks what the front tells now.

    Returns:
        Whether some task has the number of one of ours or its name, but not both: a copy, or
        somebody has taken our tasks off the server and put them there anew.

    Args:
        known_to: changes up to this time have all been told; the round's watermark from here on.

    Raises:
        PullUnderWay: these answers may be older than those another pull has stored; nothing is
            written.
    """
    advance(target, known_to=max(target.watermark, known_to))
    newest = {task.remote_id: task for task in remote_tasks}  # told twice: the later counts
    tasks = _our_tasks(target, newest)
    stored = stored_answers(list(tasks.values()))
    sorter = Sorter(target, tasks, stored)
    for remote_task in newest.values():
        sorter.sort(remote_task)
    _write_answers(target, sorter, stored)
    _write_strays(target, newest, sorter.strays)
    recount(target, tasks.values())
    return _are_misplaced(target, newest, tasks)


def advance(target: AnnotationRound, *, known_to: str) -> None:
    """Move the watermark, unless another process has; what it moved with is in the transaction.

    Raises:
        PullUnderWay: another process has.
    """
    now = timezone.now()
    unmoved = AnnotationRound.objects.filter(
        pk=target.pk, watermark=target.watermark, pulled_at=target.pulled_at
    )
    if not unmoved.update(watermark=known_to, pulled_at=now):
        raise PullUnderWay(target)
    target.watermark, target.pulled_at = known_to, now


def _our_tasks(target: AnnotationRound, remote_tasks: Mapping[int, RemoteTask]) -> dict[int, int]:
    """Remote task id → key of the task it is. What only has the number of one of ours is not."""
    known = target.tasks.filter(remote_id__in=remote_tasks).values_list("remote_id", "pk")
    return {
        remote_id: key
        for remote_id, key in known
        if remote_id is not None and remote_tasks[remote_id].external_id == str(key)
    }


def _are_misplaced(
    target: AnnotationRound, remote_tasks: Mapping[int, RemoteTask], ours: Mapping[int, int]
) -> bool:
    """Whether a task has the number or the name of one of ours, but not both."""
    others = [task for task in remote_tasks.values() if task.remote_id not in ours]
    names = [task.external_id or "" for task in others]
    keys = [int(name) for name in names if name.isdecimal() and len(name) < 19]
    numbers = [task.remote_id for task in others]
    return target.tasks.filter(Q(pk__in=keys) | Q(remote_id__in=numbers)).exists()


@transaction.atomic
def forget(target: AnnotationRound, tasks: Collection[int]) -> None:
    """The front has these tasks no more: their answers are gone, the next push sends them again."""
    if not tasks:
        return
    gone = target.tasks.filter(pk__in=tasks)
    remove(list(stored_answers(list(tasks)).values()))
    target.strays.filter(remote_task__in=list(gone.values_list("remote_id", flat=True))).delete()
    gone.update(remote_id=None, told=None)
    recount(target, tasks)


def remove(entries: Sequence[Stored]) -> None:
    """Delete answers that are gone from the front, and keep a note of each."""
    AnnotationChange.objects.bulk_create(
        _change(entry, AnnotationChange.Kind.REMOVED, None) for entry in entries
    )
    Annotation.objects.filter(pk__in=[entry.key for entry in entries]).delete()


def _write_answers(
    target: AnnotationRound, sorter: Sorter, stored: Mapping[tuple[int, str], Stored]
) -> None:
    now = {(answer.task, answer.annotator): answer for answer in sorter.answers}
    remove([entry for place, entry in stored.items() if place not in now])
    changed = [
        (entry, now[place])
        for place, entry in stored.items()
        if place in now and now[place] != entry.answer
    ]
    _rewrite(changed)
    if any(answer.seconds != entry.answer.seconds for entry, answer in changed):
        transaction.on_commit(partial(answer_books.forget, target.project))
    fresh = [answer for place, answer in now.items() if place not in stored]
    annotators = _annotators(target.project, {answer.annotator for answer in fresh}, sorter)
    insert_rows(
        Annotation,
        ["task", "annotator", "label", "seconds", "remote_id", "answered_at"],
        (
            (
                answer.task,
                annotators[answer.annotator],
                answer.label,
                answer.seconds,
                answer.remote_id,
                answer.answered_at,
            )
            for answer in fresh
        ),
    )
    _let_in(target, annotators.values())


def _rewrite(changed: Sequence[tuple[Stored, Answer]]) -> None:
    AnnotationChange.objects.bulk_create(
        _change(entry, AnnotationChange.Kind.EDITED, answer.label)
        for entry, answer in changed
        if answer.label != entry.answer.label
    )
    update_rows(
        Annotation,
        ["label", "seconds", "remote_id", "answered_at"],
        (
            Annotation(
                pk=entry.key,
                label_id=answer.label,
                seconds=answer.seconds,
                remote_id=answer.remote_id,
                answered_at=answer.answered_at,
            )
            for entry, answer in changed
        ),
    )


def _change(entry: Stored, kind: str, after: int | None) -> AnnotationChange:
    return AnnotationChange(
        task_id=entry.answer.task,
        annotator_id=entry.annotator_key,
        kind=kind,
        before_id=entry.answer.label,
        after_id=after,
        answered_at=entry.answer.answered_at,
    )


def _write_strays(
    target: AnnotationRound, remote_tasks: Iterable[int], strays: Sequence[StrayAnswer]
) -> None:
    target.strays.filter(remote_task__in=list(remote_tasks)).delete()
    # a server may give a deleted answer's number to another one
    target.strays.filter(remote_id__in=[stray.remote_id for stray in strays]).delete()
    StrayAnswer.objects.bulk_create(strays)


def _annotators(project: Project, names: set[str], sorter: Sorter) -> dict[str, int]:
    """Pseudonym → annotator key; people never seen before are added."""
    known = set(project.annotators.filter(name__in=names).values_list("name", flat=True))
    Annotator.objects.bulk_create(
        Annotator(project=project, name=name, simulated=name in sorter.simulated)
        for name in sorted(names - known)
    )
    return dict(project.annotators.filter(name__in=names).values_list("name", "pk"))


def _let_in(target: AnnotationRound, annotators: Iterable[int]) -> None:
    """Who answers takes part."""
    keys = set(annotators)
    keys -= set(
        target.participations.filter(annotator__in=keys).values_list("annotator", flat=True)
    )
    Participation.objects.bulk_create(
        (Participation(round=target, annotator_id=key) for key in sorted(keys)),
        ignore_conflicts=True,
    )
