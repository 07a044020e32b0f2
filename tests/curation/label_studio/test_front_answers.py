"""What every front must do with people and answers. Fake: always; real: `-m live`."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing

import pytest

from curation.label_studio import reading
from curation.label_studio.errors import Gone, Refused
from curation.label_studio.front import AnnotatorSession
from tests.curation.label_studio.asking import PASSWORD, AnyFront, Texts, after, changed, unique_id


def test_an_answer_comes_back_with_who_gave_it_and_what(
    front: AnyFront, project: int, texts: Texts, ann: AnnotatorSession
) -> None:
    tasks = front.push_tasks(project, texts(2), batch="b")

    stored = ann.annotate(tasks["ex-1"], "irony", unique_id=unique_id(), seconds=4.5)

    answered = {task.external_id: task.annotations for task in changed(front, project)}
    (annotation,) = answered["ex-1"]
    assert stored
    assert answered["ex-0"] == ()
    assert annotation.annotator == "ann@crowd.local"
    assert annotation.label_codes == ("irony",)
    assert annotation.seconds == 4.5
    assert not annotation.skipped


def test_an_answer_sent_twice_is_stored_once(
    front: AnyFront, project: int, texts: Texts, ann: AnnotatorSession
) -> None:
    tasks = front.push_tasks(project, texts(1), batch="b")
    same = unique_id()

    first = ann.annotate(tasks["ex-0"], "irony", unique_id=same, seconds=1)
    second = ann.annotate(tasks["ex-0"], "none", unique_id=same, seconds=1)

    (task,) = changed(front, project)
    assert (first, second) == (True, False)
    assert [annotation.label_codes for annotation in task.annotations] == [("irony",)]


def test_a_unique_id_of_another_answer_is_refused(
    front: AnyFront, project: int, texts: Texts, ann: AnnotatorSession
) -> None:
    tasks = front.push_tasks(project, texts(2), batch="b")
    same = unique_id()
    ann.annotate(tasks["ex-0"], "irony", unique_id=same, seconds=1)

    with pytest.raises(Refused, match=same):
        ann.annotate(tasks["ex-1"], "irony", unique_id=same, seconds=1)


def test_a_skipped_task_comes_back_as_skipped(
    front: AnyFront, project: int, texts: Texts, ann: AnnotatorSession
) -> None:
    tasks = front.push_tasks(project, texts(1), batch="b")
    same = unique_id()

    first = ann.skip(tasks["ex-0"], unique_id=same)
    second = ann.skip(tasks["ex-0"], unique_id=same)

    (task,) = changed(front, project)
    (annotation,) = task.annotations
    assert (first, second) == (True, False)
    assert annotation.skipped
    assert annotation.label_codes == ()


def test_an_answer_to_a_missing_task_is_an_error(front: AnyFront, ann: AnnotatorSession) -> None:
    with pytest.raises(Gone):
        ann.annotate(999_999, "irony", unique_id=unique_id(), seconds=1)


def test_only_tasks_changed_since_the_watermark_are_told(
    front: AnyFront, project: int, texts: Texts, ann: AnnotatorSession
) -> None:
    tasks = front.push_tasks(project, texts(5), batch="b")
    watermark = max(task.updated_at for task in changed(front, project))
    ann.annotate(tasks["ex-3"], "none", unique_id=unique_id(), seconds=1)

    since = changed(front, project, after(watermark))
    nothing = list(front.changed_tasks(project, since=since[-1].updated_at, settled=True))

    assert [task.external_id for task in since] == ["ex-3"]
    assert since[0].remote_id == tasks["ex-3"]
    assert nothing == []


def test_tasks_come_in_the_order_of_their_changes_over_many_pages(
    front: AnyFront,
    project: int,
    texts: Texts,
    ann: AnnotatorSession,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reading, "PAGE", 7)
    monkeypatch.setattr(reading, "SLIM_PAGE", 7)
    tasks = front.push_tasks(project, texts(28), batch="b")
    for name in ("ex-20", "ex-2"):
        ann.annotate(tasks[name], "none", unique_id=unique_id(), seconds=1)

    told = changed(front, project)

    assert [task.updated_at for task in told] == sorted(task.updated_at for task in told)
    assert [task.external_id for task in told][-2:] == ["ex-20", "ex-2"]
    assert {task.external_id: task.remote_id for task in told} == tasks


def test_a_task_that_changes_while_it_is_read_hides_no_other(
    front: AnyFront,
    project: int,
    texts: Texts,
    ann: AnnotatorSession,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reading, "PAGE", 5)
    tasks = front.push_tasks(project, texts(15), batch="b")
    reader = front.changed_tasks(project, since=None)

    told = [next(reader)]
    for name in ("ex-0", "ex-1", "ex-2"):
        ann.annotate(tasks[name], "irony", unique_id=unique_id(), seconds=1)
    told += reader

    assert {task.external_id for task in told} == tasks.keys()


def test_a_person_who_exists_is_logged_in(front: AnyFront, ann: AnnotatorSession) -> None:
    with closing(front.annotator("ann@CROWD.local", password=PASSWORD, name="Ann")) as again:
        assert again.email == ann.email == "ann@crowd.local"


def test_a_person_with_another_password_is_refused(front: AnyFront, ann: AnnotatorSession) -> None:
    with pytest.raises(Refused, match="another password"):
        front.annotator("ann@crowd.local", password="not the same 1", name="Ann")


def test_a_short_password_is_refused(front: AnyFront) -> None:
    with pytest.raises(Refused, match="8 characters"):
        front.annotator("new@crowd.local", password="short", name="New")


def test_what_a_crowd_answers_is_what_comes_back(
    front: AnyFront, project: int, texts: Texts
) -> None:
    tasks = front.push_tasks(project, texts(13), batch="b")
    emails = [f"worker-{number}@crowd.local" for number in range(8)]
    given = {
        (email, task): ("irony", "none")[(number + position) % 2]
        for number, email in enumerate(emails)
        for position, task in enumerate(tasks)
    }

    def work(email: str) -> list[bool]:
        with closing(front.annotator(email, password=PASSWORD, name=email)) as session:
            return [
                session.annotate(tasks[task], label, unique_id=unique_id(), seconds=1)
                for (who, task), label in given.items()
                if who == email
            ]

    with ExitStack() as stack:
        pool = stack.enter_context(ThreadPoolExecutor(3))
        stored = [answer for answers in pool.map(work, emails) for answer in answers]

    returned = {
        (annotation.annotator, task.external_id): annotation.label_codes[0]
        for task in changed(front, project)
        for annotation in task.annotations
    }
    assert stored == [True] * 104
    assert returned == given
