"""Tasks out to Label Studio."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction

from curation.bulk import chunked, update_rows
from curation.errors import NothingToDo
from curation.label_studio.front import Front
from curation.label_studio.interface import guidelines, labelling_config
from curation.label_studio.records import LabelChoice, TaskToPush
from curation.models import AnnotationRound, Example, Project, StrayAnswer, Task
from curation.progress import Progress, silent
from curation.services.pulling.deleted import find_our_tasks, read_everything_again, remote_key
from curation.services.pulling.exchange import note_version
from curation.services.pulling.replacing import forget
from curation.services.rounds.hooks import set_up_webhook
from curation.services.rounds.opening import NewRound, open_round, succeed

SLICE = 20_000  # tasks whose texts are in memory together
EVERYBODY = 100  # answers to a text whose answer is known: more than there are annotators


@dataclass(frozen=True, kw_only=True)
class Pushed:
    round: AnnotationRound
    tasks: int  # in the round
    sent: int  # of them now
    note: str = ""  # a sentence about what did not go as wished


def push_tasks(
    project: Project,
    front: Front,
    *,
    url: str,
    simulated: bool = False,
    wish: NewRound | None = None,
    webhook: str | None = None,
    progress: Progress = silent,
) -> Pushed:
    """Send the pool to Label Studio; whatever is there already is not sent again.

    The front sees the text and the task's own number, never the intended label nor our
    example id, which may tell how the text was made.

    Args:
        wish: open a further round, like this. None: go on with the newest open one.
        webhook: our public address, for hints. None: as configured; "": no webhook.

    Raises:
        BadInput: the wish contradicts itself.
        NothingToDo: the pool is empty.
        FrontProblem: the server refused or could not be reached; asking again continues.
    """
    if not Example.objects.filter(project=project).pool().exists():
        raise NothingToDo(
            f"Project {project.slug!r} has no texts to judge; make some with manage.py generate "
            f"{project.slug}, or import them with manage.py import_examples {project.slug} FILE "
            "--split pool."
        )
    version = front.check().version  # before anything is written: a wrong address opens no round
    target = open_round(project, url=url, simulated=simulated, wish=wish)
    target = _ensure_project(target, front)
    news = note_version(target, version)
    sent = _send(target, front, progress)
    _show_checks_to_all(target, front)
    refusal = set_up_webhook(target, front, address=webhook)
    note = " ".join(sentence for sentence in (news, refusal) if sentence)
    return Pushed(round=target, tasks=target.tasks.count(), sent=sent, note=note)


def _ensure_project(target: AnnotationRound, front: Front) -> AnnotationRound:
    """The round with a remote project that is set up as it must be."""
    project = target.project
    choices = [
        LabelChoice(code=label.name, title=label.title, description=label.description)
        for label in project.labels.all()
    ]
    remote_project = front.ensure_project(
        key=remote_key(target),
        title=project.title,
        config=labelling_config(choices, question=project.description or project.title),
        overlap=target.first_overlap or target.overlap,
        instructions=guidelines(project.instructions, choices),
    )
    if target.remote_project not in {None, remote_project}:
        target = succeed(target)
    if target.remote_project is None:
        target.remote_project = remote_project
        target.save(update_fields=["remote_project"])
    find_our_tasks(target, front)
    return target


def _send(target: AnnotationRound, front: Front, progress: Progress) -> int:
    """Send what the front does not have, checks among the others; how many."""
    assert target.remote_project is not None
    unsent = target.tasks.filter(remote_id=None).values_list("pk", flat=True)
    waiting = sorted(unsent, key=lambda key: hashlib.sha256(f"{key}".encode()).digest())
    sent = forgotten = 0
    for keys in chunked(waiting, SLICE):
        texts = dict(target.tasks.filter(pk__in=keys).values_list("pk", "example__text"))

        def tell(done: int, before: int = sent) -> None:
            progress(before + done, len(waiting))

        remote_ids = front.push_tasks(
            target.remote_project,
            [TaskToPush(external_id=str(key), text=texts[key]) for key in keys],
            batch=f"round-{target.number}",
            progress=tell,
        )
        forgotten += _store(target, {key: remote_ids[str(key)] for key in keys})
        sent += len(keys)
    progress(sent, len(waiting))
    return sent + _send(target, front, progress) if forgotten else sent


@transaction.atomic
def _store(target: AnnotationRound, remote_ids: Mapping[int, int]) -> int:
    """Write down which task is which; how many others turned out to be gone."""
    forgotten = 0
    for keys in chunked(remote_ids, 500):
        numbers = [remote_ids[key] for key in keys]
        # a server gives the number of a deleted task to another one
        stale = target.tasks.filter(remote_id__in=numbers).exclude(pk__in=keys)
        gone = list(stale.values_list("pk", flat=True))
        forget(target, gone)
        forgotten += len(gone)
        update_rows(Task, ["remote_id"], [Task(pk=key, remote_id=remote_ids[key]) for key in keys])
        early = target.strays.filter(
            remote_task__in=numbers, reason=StrayAnswer.Reason.UNKNOWN_TASK
        )
        if early.exists():
            read_everything_again(target)
    return forgotten


def _show_checks_to_all(target: AnnotationRound, front: Front) -> None:
    """Texts with known answers measure each annotator, so each gets all of them."""
    assert target.remote_project is not None
    checks = target.tasks.exclude(purpose=Task.Purpose.VOTE).values_list("remote_id", flat=True)
    overlaps = {remote_id: EVERYBODY for remote_id in checks if remote_id is not None}
    if overlaps:
        front.ask_again(target.remote_project, overlaps)
