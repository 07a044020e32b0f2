"""What every front must do with projects and tasks. Fake: always; real: `-m live`."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from curation.label_studio.errors import BadOverlap, BadTasks, Gone, NotOurs
from curation.label_studio.front import AnnotatorSession
from curation.label_studio.records import TaskToPush
from tests.curation.label_studio.asking import AnyFront, Texts, changed, unique_id


def test_a_front_tells_its_version_and_our_name(front: AnyFront) -> None:
    server = front.check()

    assert server.version
    assert "@" in server.user


def test_a_project_is_made_once_however_often_it_is_asked_for(
    front: AnyFront, key: str, config: str
) -> None:
    def ensure(asked_for: str, overlap: int) -> int:
        return front.ensure_project(
            key=asked_for, title="x", config=config, overlap=overlap, instructions=""
        )

    first = ensure(key, overlap=2)
    again = ensure(key, overlap=5)
    other = ensure(f"{key} ü & <b> 'quoted'", overlap=2)
    other_again = ensure(f"{key} ü & <b> 'quoted'", overlap=2)

    assert first == again
    assert other == other_again != first


def test_an_overlap_of_zero_is_refused(front: AnyFront, project: int, config: str) -> None:
    with pytest.raises(BadOverlap, match="asks nobody"):
        front.update_project(project, config=config, overlap=0, instructions="")


def test_a_repeated_push_adds_nothing_under_any_batch_name(
    front: AnyFront, project: int, texts: Texts
) -> None:
    first = front.push_tasks(project, texts(7), batch="monday")

    again = front.push_tasks(project, texts(7), batch="tuesday")
    more = front.push_tasks(project, texts(9), batch="wednesday")

    assert again == first
    assert first.items() <= more.items()
    assert front.task_count(project) == 9
    assert front.task_ids(project) == more


def test_a_push_of_nothing_is_no_error(front: AnyFront, project: int) -> None:
    assert front.push_tasks(project, [], batch="empty") == {}


def test_a_push_tells_how_far_it_is(front: AnyFront, project: int, texts: Texts) -> None:
    told: list[int] = []

    front.push_tasks(project, texts(1201), batch="many", progress=told.append)

    assert told == sorted(told)
    assert told[-1] == 1201
    assert front.task_count(project) == 1201


def test_a_push_with_an_id_given_twice_changes_nothing(front: AnyFront, project: int) -> None:
    tasks = [TaskToPush(external_id="same", text=text) for text in ("one", "two")]

    with pytest.raises(BadTasks, match="same"):
        front.push_tasks(project, tasks, batch="b")

    assert front.task_count(project) == 0


def test_doubles_are_deleted_and_the_lowest_id_stays(
    front: AnyFront, project: int, texts: Texts
) -> None:
    for _ in range(3):
        front.import_tasks(project, texts(4), batch="doubled")
    lowest = front.task_ids(project)

    pushed = front.push_tasks(project, texts(5), batch="doubled")

    assert pushed.items() >= lowest.items()
    assert front.task_count(project) == 5


def test_a_double_that_somebody_answered_is_the_one_that_stays(
    front: AnyFront, project: int, texts: Texts, ann: AnnotatorSession
) -> None:
    for _ in range(3):
        front.import_tasks(project, texts(1), batch="doubled")
    (ids,) = front.find_tasks(project).values()
    ann.annotate(ids[1], "irony", unique_id=unique_id(), seconds=1)

    pushed = front.push_tasks(project, texts(1), batch="doubled")

    assert pushed == {"ex-0": ids[1]}
    assert front.task_count(project) == 1


def test_awkward_texts_are_pushed(front: AnyFront, project: int) -> None:
    awkward = [
        "<b>&amp;</b> $text", "שלום 😀 \u202e", 'a "quote"\n\nand lines', "x" * 100_000,
        "nothing\x00there", "half an emoji \ud83d",
    ]  # fmt: skip
    tasks = [TaskToPush(external_id=f"ä/{n} '\"", text=text) for n, text in enumerate(awkward)]

    pushed = front.push_tasks(project, tasks, batch="awkward")

    assert front.task_ids(project) == pushed
    assert {task.external_id for task in changed(front, project)} == pushed.keys()


@pytest.mark.parametrize("ask", ["changed_tasks", "task_count", "task_ids", "push_tasks"])
def test_a_missing_project_is_an_error(front: AnyFront, texts: Texts, ask: str) -> None:
    questions: dict[str, Callable[[int], object]] = {
        "changed_tasks": lambda project: changed(front, project),
        "task_count": front.task_count,
        "task_ids": front.task_ids,
        "push_tasks": lambda project: front.push_tasks(project, texts(1), batch="b"),
    }

    with pytest.raises(Gone, match="999999"):
        questions[ask](999_999)


def test_a_project_that_carries_another_key_is_not_ours(
    front: AnyFront, project: int, key: str
) -> None:
    assert front.task_count(project, key=key) == 0
    with pytest.raises(NotOurs, match="does not carry"):
        front.task_count(project, key=f"{key} of another round")


def test_a_project_is_deleted_once_and_for_all(front: AnyFront, key: str, config: str) -> None:
    project = front.ensure_project(
        key=key, title="To be deleted", config=config, overlap=1, instructions=""
    )

    front.delete_project(project)
    front.delete_project(project)

    with pytest.raises(Gone):
        front.task_count(project)
