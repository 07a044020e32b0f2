"""Whose answers count: members', and strangers' once they are let in."""

from __future__ import annotations

from dataclasses import replace as changed

import pytest

from curation.errors import NothingToDo
from curation.label_studio.fake import FakeLabelStudio
from curation.models import Project
from curation.services.pulling import pseudonym, pull_annotations
from curation.services.pulling.replacing import replace
from curation.services.rounds.people import accept_person, invite_people, strangers
from tests.curation.services import on_fake
from tests.curation.services.on_fake import answer, labels, push, remote_task

pytestmark = pytest.mark.django_db
front, project = on_fake.front, on_fake.project


def test_answers_of_people_who_were_not_invited_are_set_aside(
    project: Project, front: FakeLabelStudio
) -> None:
    target = push(project, front, invited_only=True)
    invite_people(target, front, ["ann@lab.org"])
    for person in ("bob", "cem"):
        answer(front, target, person, "joke")

    pull_annotations(target, front)

    assert labels(target) == []
    assert [stray.reason for stray in target.strays.all()] == ["unknown_person"] * 2
    assert strangers(target) == sorted(pseudonym(f"{name}@lab.org") for name in ("bob", "cem"))
    assert project.annotators.count() == 1


def test_a_stranger_who_is_let_in_has_answered_all_along(
    project: Project, front: FakeLabelStudio
) -> None:
    target = push(project, front, invited_only=True)
    answer(front, target, "bob", "joke")
    answer(front, target, "cem", "news")
    pull_annotations(target, front)

    accept_person(target, pseudonym("bob@lab.org"))
    pull_annotations(target, front)

    assert labels(target) == ["joke"]
    assert strangers(target) == [pseudonym("cem@lab.org")]


def test_nobody_can_be_let_in_who_never_answered(project: Project, front: FakeLabelStudio) -> None:
    target = push(project, front)

    with pytest.raises(NothingToDo, match="Nobody called 'person-0'"):
        accept_person(target, "person-0")


def test_somebody_who_left_the_server_keeps_what_they_gave(
    project: Project, front: FakeLabelStudio
) -> None:
    target = push(project, front)
    answer(front, target, "ann", "joke")
    pull_annotations(target, front)
    told = remote_task(target, front)
    left = changed(told, annotations=(changed(told.annotations[0], annotator="user-7"),))

    replace(target, [left], known_to=told.updated_at)

    assert labels(target) == ["joke"]
    assert target.strays.count() == 0


def test_people_whom_the_server_does_not_know_any_more_are_not_one_person(
    project: Project, front: FakeLabelStudio
) -> None:
    target = push(project, front)
    for person in ("ann", "bob"):
        answer(front, target, person, "joke")
    told = remote_task(target, front)
    left = changed(
        told,
        annotations=tuple(
            changed(given, annotator=f"user-{number}")
            for number, given in enumerate(told.annotations)
        ),
    )

    replace(target, [left], known_to="")

    assert labels(target) == []
    assert strangers(target) == ["user-0", "user-1"]
    accept_person(target, "user-1")
    replace(target, [left], known_to="")
    assert labels(target) == ["joke"]
