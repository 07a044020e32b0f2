"""A push in imports of bearable size, whatever the server has done with the ids."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from curation.label_studio import pushing
from curation.label_studio.errors import ServerFailed
from curation.label_studio.records import TaskToPush

Texts = Callable[..., list[TaskToPush]]


class Store:
    """Tasks by id, given out from `first` on."""

    url = "memory"

    def __init__(self, *, first: int = 1) -> None:
        self.tasks: dict[int, str] = {}
        self.next = first
        self.looks: list[int] = []
        self.forgets = False

    def find_tasks(self, project_id: int, *, beyond: int = 0) -> dict[str, list[int]]:
        self.looks.append(beyond)
        found: dict[str, list[int]] = {}
        for task_id, name in sorted(self.tasks.items()):
            if task_id > beyond:
                found.setdefault(name, []).append(task_id)
        return found

    def has_annotations(self, task_id: int) -> bool:
        return False

    def delete_task(self, task_id: int) -> None:
        del self.tasks[task_id]

    def import_tasks(self, project_id: int, tasks: Sequence[TaskToPush], *, batch: str) -> None:
        for task in tasks:
            if not self.forgets:
                self.tasks[self.next] = task.external_id
            self.next += 1


@pytest.mark.parametrize(("letters", "sizes"), [(10, [500, 500, 200]), (100_000, [20] * 60)])
def test_an_import_is_neither_too_many_tasks_nor_too_much_text(
    letters: int, sizes: list[int]
) -> None:
    tasks = [TaskToPush(external_id=str(number), text="x" * letters) for number in range(1200)]

    chunks = list(pushing.chunks(tasks))

    assert [len(chunk) for chunk in chunks] == sizes
    assert [task for chunk in chunks for task in chunk] == tasks


def test_a_text_too_long_for_an_import_goes_alone() -> None:
    tasks = [TaskToPush(external_id=name, text="x" * 3_000_000) for name in "abc"]

    assert [len(chunk) for chunk in pushing.chunks(tasks)] == [1, 1, 1]


def test_the_whole_project_is_looked_through_once_and_then_only_what_came(texts: Texts) -> None:
    store = Store()
    pushing.push(store, 1, texts(700), batch="b")
    store.looks.clear()

    pushing.push(store, 1, texts(900), batch="b")

    assert store.looks == [0, 700]


def test_ids_given_anew_after_a_deletion_are_found_too(texts: Texts) -> None:
    store = Store()
    store.tasks = {9: "other"}

    pushed = pushing.push(store, 1, texts(3), batch="b")

    assert pushed == {"ex-0": 1, "ex-1": 2, "ex-2": 3}


def test_a_push_of_another_process_in_between_leaves_no_doubles(texts: Texts) -> None:
    store = Store()
    once = store.import_tasks

    def twice(project_id: int, tasks: Sequence[TaskToPush], *, batch: str) -> None:
        once(project_id, tasks, batch=batch)
        once(project_id, tasks, batch=batch)

    store.import_tasks = twice  # type: ignore[method-assign]

    pushed = pushing.push(store, 1, texts(3), batch="b")

    assert sorted(store.tasks) == sorted(pushed.values()) == [1, 2, 3]


def test_a_server_that_takes_tasks_and_has_none_is_told_as_one(texts: Texts) -> None:
    store = Store()
    store.forgets = True

    with pytest.raises(ServerFailed, match="2 of them are not there"):
        pushing.push(store, 1, texts(2), batch="b")
