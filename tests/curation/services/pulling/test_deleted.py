"""Tasks deleted on the front: noticed by their number, sent again, mixed up with no other."""

from __future__ import annotations

import pytest

from curation.label_studio.errors import Gone, NotOurs
from curation.label_studio.fake import FakeLabelStudio
from curation.label_studio.records import TaskToPush
from curation.models import Annotation, AnnotationChange, Project
from curation.services.pulling import pull_annotations
from tests.curation.services import on_fake
from tests.curation.services.on_fake import answer, labels, push, remote_id, task_of

pytestmark = pytest.mark.django_db
front, project = on_fake.front, on_fake.project


class Watched(FakeLabelStudio):
    """Counts how often the whole project is looked through."""

    looks = 0

    def find_tasks(self, project_id: int, *, beyond: int = 0) -> dict[str, list[int]]:
        self.looks += 1
        return super().find_tasks(project_id, beyond=beyond)


def test_a_deleted_task_loses_its_answers_and_is_sent_again(
    project: Project, front: FakeLabelStudio
) -> None:
    target = push(project, front)
    answer(front, target, "ann", "joke")
    answer(front, target, "bob", "news", number=1)
    pull_annotations(target, front)

    front.delete_task(remote_id(target))
    result = pull_annotations(target, front)

    task = task_of(target)
    assert (result.deleted_tasks, result.annotations) == (1, 1)
    assert (task.remote_id, task.votes, task.state) == (None, 0, "open")
    assert [change.kind for change in AnnotationChange.objects.all()] == ["removed"]
    again = push(project, front)
    assert again == target
    assert front.task_count(target.remote_project or 0) == 4
    assert labels(target, 1) == ["news"]


def test_a_push_notices_deleted_tasks_by_itself(project: Project, front: FakeLabelStudio) -> None:
    target = push(project, front)
    front.delete_task(remote_id(target))

    push(project, front)

    assert front.task_count(target.remote_project or 0) == 4


def test_a_task_that_got_the_number_of_a_deleted_one_takes_no_answer(
    project: Project, front: FakeLabelStudio
) -> None:
    target = push(project, front)
    answer(front, target, "ann", "joke")
    pull_annotations(target, front)
    number = remote_id(target)
    front.delete_task(number)
    foreign = [TaskToPush(external_id="not ours", text="x")]
    front.import_tasks(target.remote_project or 0, foreign, batch="b")
    with front.storage.transaction() as database:
        database.execute("UPDATE task SET id = ? WHERE external_id = 'not ours'", (number,))

    pull_annotations(target, front)

    assert task_of(target).remote_id is None
    assert Annotation.objects.count() == 0


def test_a_sent_task_may_get_the_number_of_a_deleted_one(
    project: Project, front: FakeLabelStudio
) -> None:
    target = push(project, front)
    numbers = [remote_id(target, number) for number in range(4)]
    target.tasks.filter(pk=task_of(target, 1).pk).update(remote_id=None)
    with front.storage.transaction() as database:
        database.execute("DELETE FROM task WHERE id IN (?, ?)", (numbers[0], numbers[1]))
        database.execute(
            "INSERT INTO task (id, external_id, text, batch, updated_at, project_id) "
            "VALUES (?, ?, 'x', 'b', '2099-01-01T00:00:00.000000Z', ?)",
            (numbers[0], str(task_of(target, 1).pk), target.remote_project),
        )

    push(project, front)

    assert remote_id(target, 1) == numbers[0]
    assert remote_id(target, 0) not in numbers
    assert front.task_count(target.remote_project or 0) == 4


def test_foreign_tasks_are_looked_up_once(project: Project, tmp_path: object) -> None:
    front = Watched(tmp_path / "fake.sqlite3")  # type: ignore[operator]
    target = push(project, front)
    foreign = [TaskToPush(external_id="not ours", text="x")]
    front.import_tasks(target.remote_project or 0, foreign, batch="b")
    front.looks = 0

    for _ in range(3):
        pull_annotations(target, front)

    assert front.looks == 1


@pytest.mark.parametrize("other", [True, False])
def test_a_lost_remote_project_costs_no_vote(
    project: Project, front: FakeLabelStudio, other: bool
) -> None:
    target = push(project, front)
    answer(front, target, "ann", "joke")
    pull_annotations(target, front)
    front.delete_project(target.remote_project or 0)
    if other:
        made = front.ensure_project(
            key="another", title="t", config="<View/>", overlap=1, instructions=""
        )
        with front.storage.transaction() as database:
            database.execute(
                "UPDATE project SET id = ? WHERE id = ?", (target.remote_project, made)
            )

    with pytest.raises(NotOurs if other else Gone):
        pull_annotations(target, front)

    assert labels(target) == ["joke"]
    successor = push(project, front)
    target.refresh_from_db()
    assert (target.state, successor.number, successor.tasks.count()) == ("closed", 2, 4)


def test_tasks_put_on_the_server_anew_are_followed_with_their_answers(
    project: Project, front: FakeLabelStudio
) -> None:
    target = push(project, front)
    answer(front, target, "ann", "joke")
    answer(front, target, "bob", "news", number=1)
    pull_annotations(target, front)
    one, two = remote_id(target, 0), remote_id(target, 1)
    with front.storage.transaction() as database:
        for before, after in ((one, -1), (two, one), (-1, two)):
            database.execute("PRAGMA defer_foreign_keys = ON")
            database.execute("UPDATE annotation SET task_id = ? WHERE task_id = ?", (after, before))
            database.execute(
                "UPDATE task SET id = ?, updated_at = '2099-01-01T00:00:00.000000Z' WHERE id = ?",
                (after, before),
            )

    pull_annotations(target, front)

    assert (remote_id(target, 0), remote_id(target, 1)) == (two, one)
    assert (labels(target, 0), labels(target, 1)) == (["joke"], ["news"])
    assert AnnotationChange.objects.count() == 0
    assert target.strays.count() == 0
