"""What only the stand-in can do: break off when asked to, and be shared."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from curation.label_studio.errors import Unreachable
from curation.label_studio.fake import Failure, FakeLabelStudio
from curation.label_studio.records import TaskToPush

Texts = Callable[..., list[TaskToPush]]


@pytest.fixture
def fake_project(fake: FakeLabelStudio) -> int:
    return fake.ensure_project(key="k", title="t", config="<View/>", overlap=1, instructions="")


def test_an_import_whose_answer_was_lost_is_not_sent_again(
    fake: FakeLabelStudio, fake_project: int, texts: Texts
) -> None:
    fake.fail_next("import after commit", times=3)

    pushed = fake.push_tasks(fake_project, texts(1200), batch="b")

    assert len(pushed) == fake.task_count(fake_project) == 1200


def test_an_import_that_never_arrived_is_an_error_and_the_next_push_goes_on(
    fake: FakeLabelStudio, fake_project: int, texts: Texts
) -> None:
    fake.push_tasks(fake_project, texts(500), batch="b")
    fake.fail_next("import")

    with pytest.raises(Unreachable, match="push 500 tasks"):
        fake.push_tasks(fake_project, texts(1000), batch="b")
    pushed = fake.push_tasks(fake_project, texts(1000), batch="b")

    assert len(pushed) == fake.task_count(fake_project) == 1000


@pytest.mark.parametrize("kind", ["annotate", "annotate after commit"])
def test_an_answer_sent_again_after_a_cut_is_there_once(
    fake: FakeLabelStudio, fake_project: int, texts: Texts, kind: Failure
) -> None:
    (task,) = fake.push_tasks(fake_project, texts(1), batch="b").values()
    ann = fake.annotator("ann@crowd.local", password="long enough", name="Ann")
    same = str(uuid.uuid4())
    fake.fail_next(kind)

    with pytest.raises(Unreachable):
        ann.annotate(task, "irony", unique_id=same, seconds=1)
    ann.annotate(task, "irony", unique_id=same, seconds=1)

    (told,) = fake.changed_tasks(fake_project, since=None)
    assert [annotation.label_codes for annotation in told.annotations] == [("irony",)]


@pytest.mark.parametrize("kind", ["check", "read"])
def test_a_question_can_be_made_to_fail_once(
    fake: FakeLabelStudio, fake_project: int, kind: Failure
) -> None:
    ask: dict[str, Callable[[], Any]] = {
        "check": fake.check,
        "read": lambda: list(fake.changed_tasks(fake_project, since=None)),
    }
    fake.fail_next(kind)

    with pytest.raises(Unreachable):
        ask[kind]()
    ask[kind]()


def test_an_edit_and_a_deletion_move_the_time_of_the_task(
    fake: FakeLabelStudio, fake_project: int, texts: Texts
) -> None:
    tasks = fake.push_tasks(fake_project, texts(2), batch="b")
    ann = fake.annotator("ann@crowd.local", password="long enough", name="Ann")
    ann.annotate(tasks["ex-0"], "irony", unique_id=str(uuid.uuid4()), seconds=1)
    *_, answered = fake.changed_tasks(fake_project, since=None)

    fake.storage.edit_annotation(answered.annotations[0].remote_id, ["none"])
    *_, edited = fake.changed_tasks(fake_project, since=None)
    fake.storage.delete_annotation(answered.annotations[0].remote_id)
    *_, emptied = fake.changed_tasks(fake_project, since=None)

    assert answered.updated_at < edited.updated_at < emptied.updated_at
    assert edited.annotations[0].label_codes == ("none",)
    assert emptied.annotations == ()


def test_what_one_process_stored_another_finds(
    fake: FakeLabelStudio, fake_project: int, texts: Texts, tmp_path: Path
) -> None:
    pushed = fake.push_tasks(fake_project, texts(3), batch="b")

    other = FakeLabelStudio(tmp_path / "front.sqlite3")

    assert other.task_ids(fake_project) == pushed
