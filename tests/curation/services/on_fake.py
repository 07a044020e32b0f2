"""A project on the fake front, and people at work there."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest

from curation.label_studio.fake import FakeLabelStudio
from curation.label_studio.records import RemoteTask
from curation.models import Annotation, AnnotationRound, Project, Task
from curation.services.annotating.rounds import RoundOptions
from curation.services.rounds import NewRound, push_tasks
from tests.factories import make_example, make_project

URL = "http://127.0.0.1:1"
PASSWORD = "Secret-12345"


@pytest.fixture
def front(tmp_path: Path) -> FakeLabelStudio:
    return FakeLabelStudio(tmp_path / "fake.sqlite3")


@pytest.fixture
def project() -> Project:
    """Four texts, three votes each."""
    project = make_project(overlap=3)
    for number in range(4):
        make_example(project, name=f"text-{number}", intended="joke" if number % 2 else "news")
    return project


def push(
    project: Project, front: FakeLabelStudio, *, only_undecided: bool = False, **options: object
) -> AnnotationRound:
    """A round for people; a new one if it has options."""
    wish = None
    if options or only_undecided:
        wish = NewRound(
            options=RoundOptions(**options),  # type: ignore[arg-type]
            only_undecided=only_undecided,
        )
    return push_tasks(project, front, url=URL, wish=wish).round


def task_of(target: AnnotationRound, number: int = 0) -> Task:
    """The round's task about `text-<number>`."""
    return target.tasks.get(example__external_id=f"text-{number}", purpose="vote")


def remote_id(target: AnnotationRound, number: int = 0) -> int:
    found = task_of(target, number).remote_id
    assert found is not None
    return found


def answer(
    front: FakeLabelStudio,
    target: AnnotationRound,
    person: str,
    label: str | None,
    *,
    number: int = 0,
) -> int:
    """`person` answers `text-<number>`, or skips it; the remote annotation's id."""
    task = remote_id(target, number)
    session = front.annotator(f"{person}@lab.org", password=PASSWORD, name="")
    if label is None:
        session.skip(task, unique_id=str(uuid.uuid4()))
    else:
        session.annotate(task, label, unique_id=str(uuid.uuid4()), seconds=1.0)
    return max(answer.remote_id for answer in front.storage.annotations(task))


def remote_task(target: AnnotationRound, front: FakeLabelStudio, number: int = 0) -> RemoteTask:
    """The task as the front tells it."""
    assert target.remote_project is not None
    told = front.changed_tasks(target.remote_project, since=None)
    return next(task for task in told if task.remote_id == remote_id(target, number))


def labels(target: AnnotationRound, number: int = 0) -> list[str | None]:
    """Stored answers to `text-<number>`, skips as None."""
    rows = Annotation.objects.filter(task=task_of(target, number)).order_by("annotator__name")
    return sorted(rows.values_list("label__name", flat=True), key=str)
