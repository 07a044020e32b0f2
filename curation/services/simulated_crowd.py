"""A simulated crowd at work in Label Studio. Its answers are never people's answers."""

from __future__ import annotations

import hashlib
import uuid
from collections import defaultdict
from dataclasses import dataclass

from django.conf import settings
from django.db.models import QuerySet

from curation.errors import BadInput, NothingToDo
from curation.label_studio.front import AnnotatorSession, Front
from curation.models import Annotation, AnnotationRound, Task
from curation.progress import Progress, silent
from curation.services.pulling import SIMULATED_DOMAIN
from curation.simulation import Answer, SimulatedCrowd


@dataclass(frozen=True, kw_only=True)
class _Due:
    """One answer that is still to be given."""

    remote_task: int
    unique_id: str
    answer: Answer


def answer_tasks(
    target: AnnotationRound,
    front: Front,
    *,
    crowd_size: int = 8,
    seed: int = 0,
    progress: Progress = silent,
) -> int:
    """Let simulated annotators answer the round inside Label Studio, each as a user of their own.

    Answers that were pulled already are not given again, and an answer sent twice is recognised
    by its unique id, so this may be killed and repeated at any point.

    Returns:
        How many answers were stored now.

    Raises:
        BadInput: the round is for people.
        NothingToDo: a text has no intended label, so there is nothing to simulate from.
        FrontProblem: the server refused or could not be reached; asking again continues.
    """
    if not target.simulated:
        raise BadInput(
            f"Round {target.number} is for people, so a simulated crowd may not answer it; "
            "its answers would be taken for theirs."
        )
    crowd = SimulatedCrowd(size=crowd_size, labels=target.project.label_names(), seed=seed)
    due = _due(target, crowd)
    # tasks of rounds from before there were adaptive ones keep no book
    total = sum(w or target.overlap for w in _asking(target).values_list("wanted", flat=True))
    waiting = sum(len(answers) for answers in due.values())
    done, stored = total - waiting, 0
    for name, answers in sorted(due.items()):
        session = _session(front, target, name)
        try:
            for item in answers:
                stored += session.annotate(
                    item.remote_task,
                    item.answer.label,
                    unique_id=item.unique_id,
                    seconds=item.answer.seconds,
                )
                done += 1
                progress(done, total, f"{name} answers (simulated)")
        finally:
            session.close()
    return stored


def _due(target: AnnotationRound, crowd: SimulatedCrowd) -> dict[str, list[_Due]]:
    """Annotator → the answers they still owe, tasks in order."""
    answered: dict[int, set[str]] = defaultdict(set)
    given = Annotation.objects.filter(task__round=target)
    for task, name in given.values_list("task", "annotator__name"):
        answered[task].add(name)
    due: dict[str, list[_Due]] = defaultdict(list)
    for task, remote_id, wanted, name, intended in _asking(target).values_list(
        "pk", "remote_id", "wanted", "example__external_id", "example__intended_label__name"
    ):
        assert remote_id is not None, "filtered above"
        if intended is None:
            raise NothingToDo(
                f"Example {name!r} has no intended label, so a crowd cannot be simulated for it; "
                "real texts need real annotators or imported votes."
            )
        missing = (wanted or target.overlap) - len(answered[task])
        for person in crowd.assigned(name, target.overlap):
            if person.name in answered[task] or missing <= 0:
                continue
            missing -= 1
            due[person.name].append(
                _Due(
                    remote_task=remote_id,
                    unique_id=str(uuid.uuid5(target.key, f"{task}/{person.name}")),
                    answer=crowd.answer(person, name, intended),
                )
            )
    return due


def _asking(target: AnnotationRound) -> QuerySet[Task]:
    """The round's tasks that are on the front and ask for votes, `wanted` of them each."""
    sent = target.tasks.filter(purpose=Task.Purpose.VOTE, remote_id__isnull=False)
    return sent.order_by("pk")


def _session(front: Front, target: AnnotationRound, name: str) -> AnnotatorSession:
    """The annotator's own account on the server, its password derived from our secret key."""
    material = f"{settings.SECRET_KEY}:{target.server_url}:{name}"
    return front.annotator(
        f"{name}@{SIMULATED_DOMAIN}",
        password=hashlib.sha256(material.encode()).hexdigest()[:24],
        name=name,
    )
