"""What an exchange writes down about itself, and what it reads again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from curation.label_studio import fake
from curation.label_studio.errors import Unreachable
from curation.label_studio.fake import FakeLabelStudio
from curation.models import AnnotationRound, Project
from curation.services.pulling import exchange, pull_annotations
from curation.services.pulling.replacing import PullUnderWay, replace
from tests.curation.services import on_fake
from tests.curation.services.on_fake import answer, labels, push, remote_task

pytestmark = pytest.mark.django_db
front, project = on_fake.front, on_fake.project


def later(target: AnnotationRound, **period: float) -> AnnotationRound:
    """The round as another process finds it after some time without a pull."""
    now = AnnotationRound.objects.get(pk=target.pk)
    if now.pulled_at is not None:
        now.pulled_at -= timedelta(**period)
        now.save(update_fields=["pulled_at"])
    return now


def test_why_it_failed_is_written_down_until_it_succeeds(
    project: Project, front: FakeLabelStudio
) -> None:
    target = push(project, front)
    front.fail_next("read")

    with pytest.raises(Unreachable):
        exchange(target, front)
    failed = later(target)
    exchange(failed, front)

    assert failed.trouble.startswith("Could not read the tasks")
    assert later(target).trouble == ""


def test_a_server_that_was_upgraded_is_noted_once(
    project: Project, front: FakeLabelStudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = push(project, front)
    monkeypatch.setattr(fake, "VERSION", "2.0")

    notes = [exchange(target, front).note for _ in range(2)]

    assert "is version 2.0 now; it was fake" in notes[0]
    assert notes[1] == ""
    assert later(target).server_version == "2.0"


def test_a_hint_is_used_up(project: Project, front: FakeLabelStudio) -> None:
    target = push(project, front)
    AnnotationRound.objects.filter(pk=target.pk).update(hinted_at=timezone.now())

    exchange(target, front)

    assert later(target).hinted_at is None


def test_an_idle_project_has_nothing_to_tell_after_a_while(
    project: Project, front: FakeLabelStudio
) -> None:
    target = push(project, front)
    answer(front, target, "ann", "joke")

    told = []
    for _ in range(4):
        told.append(pull_annotations(target, front).changed_tasks)
        target = later(target, seconds=25)

    assert told == [4, 4, 0, 0]


def test_within_seconds_what_was_told_is_told_again(
    project: Project, front: FakeLabelStudio
) -> None:
    target = push(project, front)

    told = []
    for _ in range(3):
        told.append(pull_annotations(target, front).changed_tasks)
        target = later(target, seconds=12)

    assert told == [4, 4, 4]


def test_a_change_that_became_visible_late_is_not_missed(
    project: Project, front: FakeLabelStudio
) -> None:
    target = push(project, front)
    answer(front, target, "ann", "joke", number=1)
    pull_annotations(target, front)
    answer(front, target, "bob", "joke", number=2)
    with front.storage.transaction() as database:
        database.execute(
            "UPDATE task SET updated_at = strftime('%Y-%m-%dT%H:%M:%f000Z', 'now', '-5 seconds') "
            "WHERE id IN (SELECT task_id FROM annotation WHERE email LIKE 'bob%')"
        )

    pull_annotations(later(target, seconds=25), front)

    assert labels(target, 2) == ["joke"]


def test_an_answer_after_the_project_was_idle_is_told_alone(
    project: Project, front: FakeLabelStudio
) -> None:
    target = push(project, front)
    for _ in range(3):
        pull_annotations(target, front)
        target = later(target, seconds=25)

    answer(front, target, "ann", "joke", number=3)

    assert pull_annotations(target, front).changed_tasks == 1


def test_of_two_pulls_at_a_time_the_slower_one_writes_nothing(
    project: Project, front: FakeLabelStudio
) -> None:
    target = push(project, front)
    given = answer(front, target, "ann", "joke")
    slow, old = later(target), remote_task(target, front)
    front.storage.edit_annotation(given, ["news"])
    pull_annotations(target, front)

    with pytest.raises(PullUnderWay, match="by another process"):
        replace(slow, [old], known_to=old.updated_at)

    assert labels(target) == ["news"]
    assert later(target).trouble == ""
