"""Whatever happens to an answer on the front, ours becomes the same, and a note stays."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from curation.label_studio.fake import FakeLabelStudio
from curation.models import Annotation, AnnotationChange, Participation, Project
from curation.services.pulling import pseudonym, pull_annotations
from tests.curation.services import on_fake
from tests.curation.services.on_fake import answer, labels, push

pytestmark = pytest.mark.django_db
front, project = on_fake.front, on_fake.project


def changes() -> list[tuple[str, str | None, str | None]]:
    rows = AnnotationChange.objects.order_by("pk")
    return list(rows.values_list("kind", "before__name", "after__name"))


def test_an_edit_is_taken_and_noted(project: Project, front: FakeLabelStudio) -> None:
    target = push(project, front)
    given = answer(front, target, "ann", "joke")
    pull_annotations(target, front)
    (stored,) = Annotation.objects.values_list("pk", flat=True)

    front.storage.edit_annotation(given, ["news"])
    pull_annotations(target, front)

    assert labels(target) == ["news"]
    assert changes() == [("edited", "joke", "news")]
    assert list(Annotation.objects.values_list("pk", flat=True)) == [stored]


def test_another_time_for_the_same_label_has_all_answers_counted_anew(
    project: Project,
    front: FakeLabelStudio,
    concord_home: Path,
    django_capture_on_commit_callbacks: Any,
) -> None:
    target = push(project, front)
    given = answer(front, target, "ann", "joke")
    pull_annotations(target, front)
    book = concord_home / "counts" / f"{project.slug}.json"
    book.parent.mkdir()
    book.write_text("{}")

    front.storage.edit_annotation(given, ["joke"])
    with front.storage.transaction() as database:
        database.execute("UPDATE annotation SET seconds = 99.5 WHERE id = ?", (given,))
    with django_capture_on_commit_callbacks(execute=True):
        pull_annotations(target, front)

    assert Annotation.objects.get().seconds == 99.5
    assert changes() == []
    assert not book.exists()


def test_a_skip_that_becomes_an_answer_is_an_edit(project: Project, front: FakeLabelStudio) -> None:
    target = push(project, front)
    given = answer(front, target, "ann", None)
    pull_annotations(target, front)

    front.storage.edit_annotation(given, ["news"])
    pull_annotations(target, front)

    assert labels(target) == ["news"]
    assert changes() == [("edited", None, "news")]


def test_a_deleted_answer_goes_and_is_noted(project: Project, front: FakeLabelStudio) -> None:
    target = push(project, front)
    given = answer(front, target, "ann", "joke")
    answer(front, target, "bob", "news")
    pull_annotations(target, front)

    front.storage.delete_annotation(given)
    pull_annotations(target, front)

    assert labels(target) == ["news"]
    assert changes() == [("removed", "joke", None)]


def test_an_answer_given_anew_counts_once(project: Project, front: FakeLabelStudio) -> None:
    target = push(project, front)
    answer(front, target, "ann", "joke")
    pull_annotations(target, front)

    answer(front, target, "ann", "news")
    pull_annotations(target, front)

    assert labels(target) == ["news"]
    assert changes() == [("edited", "joke", "news")]
    assert [stray.reason for stray in target.strays.all()] == ["repeated"]


def test_an_answer_that_becomes_a_stray_is_noted_as_gone(
    project: Project, front: FakeLabelStudio
) -> None:
    target = push(project, front)
    given = answer(front, target, "ann", "joke")
    pull_annotations(target, front)

    front.storage.edit_annotation(given, ["poem"])
    pull_annotations(target, front)

    assert labels(target) == []
    assert changes() == [("removed", "joke", None)]
    assert [stray.value for stray in target.strays.all()] == ["poem"]


def test_pulling_again_writes_no_row_anew(project: Project, front: FakeLabelStudio) -> None:
    target = push(project, front)
    for person in ("ann", "bob", "cem"):
        answer(front, target, person, "joke")
    pull_annotations(target, front)
    before = list(Annotation.objects.order_by("pk").values())

    pull_annotations(target, front)

    assert list(Annotation.objects.order_by("pk").values()) == before
    assert changes() == []


def test_votes_beyond_the_overlap_are_kept(project: Project, front: FakeLabelStudio) -> None:
    target = push(project, front)
    for person in ("ann", "bob", "cem", "dan"):
        answer(front, target, person, "joke")

    pull_annotations(target, front)

    assert labels(target) == ["joke"] * 4


def test_the_number_of_a_deleted_answer_may_be_given_to_another(
    project: Project, front: FakeLabelStudio
) -> None:
    target = push(project, front)
    given = answer(front, target, "ann", "poem", number=0)
    pull_annotations(target, front)
    front.storage.delete_annotation(given)
    answer(front, target, "bob", "poem", number=1)
    with front.storage.transaction() as database:
        database.execute("UPDATE annotation SET id = ?", (given,))

    pull_annotations(target, front)

    assert [(stray.remote_id, stray.reason) for stray in target.strays.all()] == [
        (given, "unknown_label")
    ]


def test_who_answers_takes_part(project: Project, front: FakeLabelStudio) -> None:
    target = push(project, front)
    answer(front, target, "ann", "joke", number=0)
    answer(front, target, "ann", None, number=1)

    pull_annotations(target, front)

    (part,) = Participation.objects.filter(round=target)
    assert (part.annotator.name, part.answered) == (pseudonym("ann@lab.org"), 2)
