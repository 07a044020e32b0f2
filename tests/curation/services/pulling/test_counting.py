"""The tasks' own books after a pull."""

from __future__ import annotations

import pytest

from curation.label_studio.fake import FakeLabelStudio
from curation.models import Annotation, Annotator, Project
from curation.services.pulling import pseudonym, pull_annotations
from curation.services.pulling.counting import recount
from tests.curation.services import on_fake
from tests.curation.services.on_fake import answer, push, task_of
from tests.factories import make_example

pytestmark = pytest.mark.django_db
front, project = on_fake.front, on_fake.project


def test_votes_and_skips_are_counted(project: Project, front: FakeLabelStudio) -> None:
    target = push(project, front)
    for person, label in (("ann", "joke"), ("bob", None), ("cem", "news")):
        answer(front, target, person, label)

    pull_annotations(target, front)

    task = task_of(target)
    assert (task.votes, task.skips, task.wanted, task.due, task.state) == (2, 1, 3, 1, "open")
    other = task_of(target, 1)
    assert (other.votes, other.skips, other.wanted, other.due) == (0, 0, 3, 3)


def test_a_task_with_all_its_votes_is_full_until_one_is_deleted(
    project: Project, front: FakeLabelStudio
) -> None:
    target = push(project, front)
    given = [answer(front, target, person, "joke") for person in ("ann", "bob", "cem")]
    pull_annotations(target, front)
    full = task_of(target)

    front.storage.delete_annotation(given[0])
    pull_annotations(target, front)

    task = task_of(target)
    assert (full.votes, full.due, full.state) == (3, 0, "full")
    assert (task.votes, task.due, task.state) == (2, 1, "open")


def test_a_task_skipped_too_often_is_set_aside(project: Project, front: FakeLabelStudio) -> None:
    target = push(project, front)
    for person in ("ann", "bob", "cem"):
        answer(front, target, person, None)

    pull_annotations(target, front)

    task = task_of(target)
    assert (task.skips, task.due, task.state) == (3, 0, "set_aside")


def test_votes_of_excluded_annotators_do_not_count(
    project: Project, front: FakeLabelStudio
) -> None:
    target = push(project, front)
    for person in ("ann", "bob", "cem"):
        answer(front, target, person, "joke")
    pull_annotations(target, front)

    Annotator.objects.filter(name=pseudonym("bob@lab.org")).update(standing="excluded")
    recount(target, [task_of(target).pk])

    task = task_of(target)
    assert (task.votes, task.due, task.state) == (2, 1, "open")


def test_answers_to_checks_are_no_votes(project: Project, front: FakeLabelStudio) -> None:
    from curation.assignment import Checks

    make_example(project, name="known", split="check", gold="joke")
    target = push(project, front, checks=Checks(gold=0.2))
    check = target.tasks.get(purpose="gold")
    session = front.annotator("ann@lab.org", password=on_fake.PASSWORD, name="")
    session.annotate(check.remote_id or 0, "joke", unique_id="u", seconds=1.0)

    pull_annotations(target, front)

    check.refresh_from_db()
    assert (check.votes, check.due) == (0, 0)
    assert Annotation.objects.filter(task=check).count() == 1
    assert Annotation.objects.votes().count() == 0
