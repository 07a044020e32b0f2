"""What every front must do about how many people a task goes to. Fake: always; real: `-m live`."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from curation.label_studio.errors import BadOverlap, Unreachable
from curation.label_studio.fake import FakeLabelStudio
from curation.label_studio.front import AnnotatorSession
from tests.curation.label_studio.asking import AnyFront, Texts, changed, unique_id


@pytest.fixture
def crowd(person: Callable[[str], AnnotatorSession]) -> list[AnnotatorSession]:
    """Five people at work."""
    return [person(f"crowd-{number}@crowd.local") for number in range(5)]


def answer(session: AnnotatorSession, task: int) -> None:
    session.annotate(task, "irony", unique_id=unique_id(), seconds=1)


def work_off(project: int, crowd: list[AnnotatorSession]) -> list[int]:
    """Everybody in turn answers what they are shown until there is nothing; the tasks, in order."""
    shown = []
    for session in crowd:
        while (task := session.next_task(project)) is not None:
            answer(session, task)
            shown.append(task)
    return shown


def test_a_task_goes_to_as_many_people_as_the_project_asks(
    front: AnyFront, project: int, texts: Texts, crowd: list[AnnotatorSession]
) -> None:
    (task,) = front.push_tasks(project, texts(1), batch="b").values()

    assert work_off(project, crowd) == [task] * 3


def test_a_task_asked_again_goes_to_one_person_more(
    front: AnyFront, project: int, texts: Texts, crowd: list[AnnotatorSession]
) -> None:
    tasks = front.push_tasks(project, texts(2), batch="b")
    work_off(project, crowd)

    changed_now = front.ask_again(project, {tasks["ex-1"]: 4})

    assert changed_now == 1
    assert work_off(project, crowd) == [tasks["ex-1"]]


def test_asking_again_twice_asks_once(
    front: AnyFront, project: int, texts: Texts, crowd: list[AnnotatorSession]
) -> None:
    (task,) = front.push_tasks(project, texts(1), batch="b").values()
    work_off(project, crowd)

    front.ask_again(project, {task: 4})
    unanswered = front.ask_again(project, {task: 4})
    work_off(project, crowd)
    answered = front.ask_again(project, {task: 4})

    assert (unanswered, answered) == (0, 0)
    assert work_off(project, crowd) == []
    (told,) = changed(front, project)
    assert len(told.annotations) == 4


def test_what_was_asked_for_can_be_taken_back(
    front: AnyFront, project: int, texts: Texts, crowd: list[AnnotatorSession]
) -> None:
    (task,) = front.push_tasks(project, texts(1), batch="b").values()
    work_off(project, crowd)
    front.ask_again(project, {task: 5})

    first, second = front.settle(project, [task]), front.settle(project, [task])

    assert (first, second) == (1, 0)
    assert work_off(project, crowd) == []


def test_a_task_nobody_could_answer_can_be_closed(
    front: AnyFront, project: int, texts: Texts, crowd: list[AnnotatorSession]
) -> None:
    tasks = front.push_tasks(project, texts(2), batch="b")
    crowd[0].skip(tasks["ex-0"], unique_id=unique_id())

    front.settle(project, [tasks["ex-0"]])

    assert work_off(project, crowd) == [tasks["ex-1"]] * 3


def test_a_project_brought_to_its_settings_again_leaves_tasks_asked_again_as_they_are(
    front: AnyFront, project: int, texts: Texts, crowd: list[AnnotatorSession], config: str
) -> None:
    tasks = front.push_tasks(project, texts(2), batch="b")
    front.ask_again(project, {tasks["ex-0"]: 5})

    front.update_project(project, config=config, overlap=3, instructions="Once more.")

    assert sorted(work_off(project, crowd)) == [tasks["ex-0"]] * 5 + [tasks["ex-1"]] * 3


def test_tasks_that_are_gone_are_left_out(front: AnyFront, project: int, texts: Texts) -> None:
    tasks = front.push_tasks(project, texts(2), batch="b")
    front.delete_task(tasks["ex-0"])

    assert front.ask_again(project, {tasks["ex-0"]: 4, tasks["ex-1"]: 4}) == 1
    assert front.settle(project, [tasks["ex-0"]]) == 0


def test_nobody_asked_for_nothing_is_no_error(front: AnyFront, project: int) -> None:
    assert front.ask_again(project, {}) == front.settle(project, []) == 0


def test_asking_for_no_answer_is_refused(front: AnyFront, project: int) -> None:
    with pytest.raises(BadOverlap):
        front.ask_again(project, {1: 0})


def test_an_asking_whose_answer_was_lost_is_found_done(
    fake: FakeLabelStudio, texts: Texts, key: str
) -> None:
    project = fake.ensure_project(key=key, title="t", config="<View/>", overlap=2, instructions="")
    tasks = list(fake.push_tasks(project, texts(3), batch="b").values())
    fake.fail_next("ask after commit", times=2)

    assert fake.ask_again(project, dict.fromkeys(tasks, 3)) == 3
    assert {there.overlap for there in fake.read_overlaps(project, tasks).values()} == {3}


def test_an_asking_that_never_arrived_is_an_error_and_the_next_one_goes_on(
    fake: FakeLabelStudio, texts: Texts, key: str
) -> None:
    project = fake.ensure_project(key=key, title="t", config="<View/>", overlap=2, instructions="")
    tasks = list(fake.push_tasks(project, texts(3), batch="b").values())
    fake.ask_again(project, {tasks[0]: 3})
    fake.fail_next("ask")

    with pytest.raises(Unreachable):
        fake.ask_again(project, dict.fromkeys(tasks, 3))

    assert fake.ask_again(project, dict.fromkeys(tasks, 3)) == 2
