"""Rounds on a real server, and people who work in them at the same time."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from curation.label_studio.accounts import PersonSession
from curation.label_studio.client import LabelStudioClient
from curation.models import Annotation, AnnotationRound, Project
from curation.services.annotating.rounds import RoundOptions
from curation.services.rounds import NewRound, push_tasks
from tests.factories import make_example, make_project

Chooser = Callable[[str, int], str]  # person's e-mail, remote task id → label


def project_of(count: int, *, overlap: int) -> Project:
    """A project with texts called `text-0`, `text-1`, ..."""
    project = make_project(overlap=overlap)
    for number in range(count):
        make_example(project, f"Text number {number}", name=f"text-{number}")
    return project


def send(project: Project, real: LabelStudioClient, **options: object) -> AnnotationRound:
    """A round for people, with these options."""
    wish = NewRound(options=RoundOptions(**options))  # type: ignore[arg-type]
    return push_tasks(project, real, url=real.url, wish=wish, webhook="").round


def work(session: PersonSession, target: AnnotationRound, choose: Chooser) -> int:
    """Answer what the label stream shows until it shows nothing; how many answers."""
    given = 0
    while (task := session.next_task(target.remote_project or 0)) is not None:
        label = choose(session.email, task)
        session.annotate(task, label, unique_id=str(uuid.uuid4()), seconds=1.0)
        given += 1
    return given


def work_together(
    people: Sequence[PersonSession], target: AnnotationRound, choose: Chooser
) -> list[int]:
    """All at the same time; how many answers each gave."""
    with ThreadPoolExecutor(len(people)) as pool:
        return list(pool.map(lambda session: work(session, target, choose), people))


def stored(target: AnnotationRound) -> set[tuple[int | None, str, str | None]]:
    """(remote task id, annotator's name, label) of every stored answer."""
    rows = Annotation.objects.filter(task__round=target).select_related(
        "task", "annotator", "label"
    )
    return {
        (row.task.remote_id, row.annotator.name, row.label.name if row.label else None)
        for row in rows
    }


def votes_per_task(target: AnnotationRound) -> list[int]:
    return list(target.tasks.order_by("pk").values_list("votes", flat=True))
