"""Annotations in from Label Studio."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from curation.bulk import chunked, insert_rows
from curation.errors import NothingToDo
from curation.label_studio.front import Front
from curation.label_studio.records import RemoteAnnotation, RemoteTask
from curation.models import Annotation, AnnotationRound, Annotator, Project, StrayAnswer
from curation.progress import Progress, silent

SIMULATED_DOMAIN = "simulated.concord.invalid"  # e-mail domain of annotators that are programs
PULL_CHUNK = 200  # tasks written together with the watermark


@dataclass(frozen=True, kw_only=True)
class Pulled:
    round: AnnotationRound
    changed_tasks: int
    annotations: int  # in the round now, skips included
    strays: int  # in the round now


def pull_annotations(
    target: AnnotationRound, front: Front, *, progress: Progress = silent
) -> Pulled:
    """Bring in what changed on the front since the last pull.

    All annotations of a changed task are replaced, so edits, skips and deletions converge, and
    the watermark moves in the same transaction: a pull may be killed and repeated at any point.

    Raises:
        NothingToDo: the round was not pushed yet.
        FrontProblem: the server refused or could not be reached; asking again continues.
    """
    if target.remote_project is None:
        raise NothingToDo(
            f"Round {target.number} was never sent; run manage.py push {target.project.slug} first."
        )
    changed = 0
    remote_tasks = front.changed_tasks(target.remote_project, since=target.watermark or None)
    for chunk in chunked(remote_tasks, PULL_CHUNK):
        _replace(target, chunk)
        changed += len(chunk)
        progress(changed, 0, f"{changed} changed tasks")
    AnnotationRound.objects.filter(pk=target.pk).update(pulled_at=timezone.now())
    return Pulled(
        round=target,
        changed_tasks=changed,
        annotations=Annotation.objects.filter(task__round=target).count(),
        strays=target.strays.count(),
    )


@transaction.atomic
def _replace(target: AnnotationRound, remote_tasks: Sequence[RemoteTask]) -> None:
    AnnotationRound.objects.select_for_update().get(pk=target.pk)  # one pull at a time
    newest = {task.remote_id: task for task in remote_tasks}  # told twice: the later counts
    tasks = dict(target.tasks.filter(remote_id__in=newest).values_list("remote_id", "pk"))
    sorter = _Sorter(target, tasks)
    for remote_task in newest.values():
        sorter.sort(remote_task)
    Annotation.objects.filter(task__in=list(tasks.values())).delete()
    target.strays.filter(remote_task__in=newest).delete()
    _write(target, sorter)
    target.watermark = max(target.watermark, *(task.updated_at for task in remote_tasks))
    target.save(update_fields=["watermark"])


class _Sorter:
    """Sorts a task's answers into votes, skips and strays."""

    def __init__(self, target: AnnotationRound, tasks: dict[int | None, int]) -> None:
        self._round = target
        self._tasks = tasks
        self._labels = dict(target.project.labels.values_list("name", "pk"))
        self.answers: list[tuple[int, RemoteAnnotation, int | None]] = []
        self.strays: list[StrayAnswer] = []

    def sort(self, remote_task: RemoteTask) -> None:
        task = self._tasks.get(remote_task.remote_id)
        answered: set[str] = set()
        newest_first = sorted(
            remote_task.annotations,
            key=lambda answer: (answer.updated_at, answer.remote_id),
            reverse=True,
        )
        for answer in newest_first:
            reason = self._why_stray(answer, known_task=task is not None)
            if reason is None and answer.annotator in answered:
                reason = StrayAnswer.Reason.REPEATED
            if reason is not None:
                self._set_aside(remote_task, answer, reason)
                continue
            answered.add(answer.annotator)
            assert task is not None
            label = None if answer.skipped else self._labels[answer.label_codes[0]]
            self.answers.append((task, answer, label))

    def _why_stray(self, answer: RemoteAnnotation, *, known_task: bool) -> str | None:
        if not known_task:
            return StrayAnswer.Reason.UNKNOWN_TASK
        if answer.skipped:
            return None
        if not answer.label_codes:
            return StrayAnswer.Reason.NO_LABEL
        if len(answer.label_codes) > 1:
            return StrayAnswer.Reason.SEVERAL_LABELS
        if answer.label_codes[0] not in self._labels:
            return StrayAnswer.Reason.UNKNOWN_LABEL
        return None

    def _set_aside(self, remote_task: RemoteTask, answer: RemoteAnnotation, reason: str) -> None:
        self.strays.append(
            StrayAnswer(
                round=self._round,
                remote_task=remote_task.remote_id,
                remote_id=answer.remote_id,
                annotator=pseudonym(answer.annotator),
                value=", ".join(answer.label_codes)[:200],
                reason=reason,
            )
        )


def _write(target: AnnotationRound, sorter: _Sorter) -> None:
    annotators = _annotators(target.project, {answer.annotator for _, answer, _ in sorter.answers})
    insert_rows(
        Annotation,
        ["task", "annotator", "label", "seconds", "remote_id", "answered_at"],
        (
            (
                task,
                annotators[pseudonym(answer.annotator)],
                label,
                answer.seconds,
                answer.remote_id,
                parse_datetime(answer.created_at),
            )
            for task, answer, label in sorter.answers
        ),
    )
    StrayAnswer.objects.bulk_create(sorter.strays)


def _annotators(project: Project, emails: Iterable[str]) -> dict[str, int]:
    """Pseudonym → annotator key; people never seen before are added."""
    names = {pseudonym(email): email.endswith(f"@{SIMULATED_DOMAIN}") for email in emails}
    known = set(project.annotators.filter(name__in=names).values_list("name", flat=True))
    Annotator.objects.bulk_create(
        Annotator(project=project, name=name, simulated=simulated)
        for name, simulated in sorted(names.items())
        if name not in known
    )
    return dict(project.annotators.filter(name__in=names).values_list("name", "pk"))


def pseudonym(email: str) -> str:
    """What the project calls this person: a name that cannot be turned back into the e-mail.

    Simulated annotators keep theirs, since nobody stands behind it.
    """
    local, _, domain = email.partition("@")
    if domain == SIMULATED_DOMAIN:
        return local
    digest = hashlib.sha256(f"{settings.SECRET_KEY}:{email.lower()}".encode()).hexdigest()
    return f"person-{digest[:10]}"
