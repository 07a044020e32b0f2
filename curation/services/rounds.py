"""Rounds on Label Studio: tasks out. They come back in `pulling`."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max

from curation.bulk import chunked, insert_rows
from curation.errors import NothingToDo
from curation.label_studio.front import Front
from curation.label_studio.interface import labelling_config
from curation.label_studio.records import LabelChoice, TaskToPush
from curation.models import AnnotationRound, Example, Project, Task
from curation.progress import Progress, silent


@dataclass(frozen=True, kw_only=True)
class Pushed:
    round: AnnotationRound
    tasks: int  # in the round
    sent: int  # of them now


def current_round(project: Project, *, simulated: bool | None = None) -> AnnotationRound:
    """The project's newest round on Label Studio; only of programs, or of people, if said.

    Raises:
        NothingToDo: nothing was pushed yet.
    """
    rounds = project.rounds.filter(front=AnnotationRound.Front.LABEL_STUDIO)
    if simulated is not None:
        rounds = rounds.filter(simulated=simulated)
    newest = rounds.last()
    if newest is None:
        raise NothingToDo(
            f"Project {project.slug!r} has not been sent to Label Studio yet; "
            f"send it with manage.py push {project.slug}."
        )
    return newest


def push_tasks(
    project: Project,
    front: Front,
    *,
    url: str,
    simulated: bool = False,
    progress: Progress = silent,
) -> Pushed:
    """Send the pool to Label Studio; whatever is there already is not sent again.

    The front sees the text and the task's own number, never the intended label nor our
    example id, which may tell how the text was made.

    Raises:
        NothingToDo: the pool is empty.
        FrontProblem: the server refused or could not be reached; asking again continues.
    """
    if not Example.objects.filter(project=project).pool().exists():
        raise NothingToDo(
            f"Project {project.slug!r} has no texts to judge; make some with manage.py generate "
            f"{project.slug}, or import them with manage.py import_examples {project.slug} FILE."
        )
    info = front.check()
    target = _open_round(project, url=url, simulated=simulated)
    _add_tasks(target)
    remote_project = front.ensure_project(
        key=f"concord-{target.key.hex}",
        title=project.title,
        config=_config(project),
        overlap=target.overlap,
        instructions=project.instructions,
    )
    if target.remote_project not in {None, remote_project}:
        target = _succeed(target)
    target.remote_project = remote_project
    target.server_version = info.version
    target.save(update_fields=["remote_project", "server_version"])
    sent = _send(target, front, remote_project, progress)
    return Pushed(round=target, tasks=target.tasks.count(), sent=sent)


@transaction.atomic
def _open_round(project: Project, *, url: str, simulated: bool) -> AnnotationRound:
    """The round on this server: the one there is, or a new one."""
    Project.objects.select_for_update().get(pk=project.pk)
    known = project.rounds.filter(
        front=AnnotationRound.Front.LABEL_STUDIO, server_url=url, simulated=simulated
    ).last()
    if known is not None:
        return known
    return AnnotationRound.objects.create(
        project=project,
        number=(project.rounds.aggregate(last=Max("number"))["last"] or 0) + 1,
        front=AnnotationRound.Front.LABEL_STUDIO,
        overlap=project.overlap,
        server_url=url,
        simulated=simulated,
    )


@transaction.atomic
def _succeed(lost: AnnotationRound) -> AnnotationRound:
    """A new round for a remote project that was made anew because the old one is gone.

    The lost round keeps its votes; its key, which the new remote project carries, moves on.
    """
    key, lost.key = lost.key, uuid.uuid4()
    lost.save(update_fields=["key"])
    project = lost.project
    successor = AnnotationRound.objects.create(
        project=project,
        number=(project.rounds.aggregate(last=Max("number"))["last"] or 0) + 1,
        key=key,
        front=lost.front,
        overlap=lost.overlap,
        server_url=lost.server_url,
        simulated=lost.simulated,
    )
    _add_tasks(successor)
    return successor


@transaction.atomic
def _add_tasks(target: AnnotationRound) -> None:
    """One task per pool example that has none in this round, in an order that tells nothing."""
    AnnotationRound.objects.select_for_update().get(pk=target.pk)
    new = (
        Example.objects.filter(project=target.project)
        .pool()
        .exclude(pk__in=target.tasks.values("example"))
        .values_list("external_id", "pk")
    )
    shuffled = sorted((hashlib.sha256(name.encode()).hexdigest(), key) for name, key in new)
    insert_rows(Task, ["round", "example"], ((target.pk, key) for _, key in shuffled))


def _config(project: Project) -> str:
    choices = [
        LabelChoice(code=label.name, title=label.title, description=label.description)
        for label in project.labels.all()
    ]
    return labelling_config(choices, question=project.description or project.title)


def _send(target: AnnotationRound, front: Front, remote_project: int, progress: Progress) -> int:
    waiting = list(
        target.tasks.filter(remote_id=None).values_list("pk", "example__text").order_by("pk")
    )
    sent = 0
    for chunk in chunked(waiting, 500):
        remote_ids = front.push_tasks(
            remote_project,
            [TaskToPush(external_id=str(key), text=text) for key, text in chunk],
            batch=f"round-{target.number}-{chunk[0][0]}",
        )
        tasks = [Task(pk=key, remote_id=remote_ids[str(key)]) for key, _ in chunk]
        with transaction.atomic():
            Task.objects.bulk_update(tasks, ["remote_id"])
            # answers given before we knew the tasks were set aside: read everything again
            AnnotationRound.objects.filter(pk=target.pk).update(watermark="")
        sent += len(chunk)
        progress(sent, len(waiting))
    return sent
