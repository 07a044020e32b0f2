"""Tasks out and annotations in, on the fake front."""

from __future__ import annotations

from pathlib import Path

import pytest

from curation.errors import BadInput, NothingToDo
from curation.label_studio.fake import FakeLabelStudio
from curation.label_studio.records import RemoteAnnotation, RemoteTask
from curation.models import Annotation, AnnotationRound, Project, StrayAnswer
from curation.services.pulling import SIMULATED_DOMAIN, pseudonym, pull_annotations
from curation.services.pulling.replacing import replace
from curation.services.rounds import current_round, push_tasks
from curation.services.simulated_crowd import answer_tasks
from tests.factories import make_example, make_project

pytestmark = pytest.mark.django_db

URL = "http://127.0.0.1:1"


@pytest.fixture
def front(tmp_path: Path) -> FakeLabelStudio:
    return FakeLabelStudio(tmp_path / "fake.sqlite3")


@pytest.fixture
def project() -> Project:
    project = make_project(overlap=3)
    for number in range(10):
        make_example(project, intended="joke" if number % 2 else "news")
    return project


def push(project: Project, front: FakeLabelStudio, *, simulated: bool = True) -> AnnotationRound:
    return push_tasks(project, front, url=URL, simulated=simulated).round


def remote_task(target: AnnotationRound, number: int = 0) -> int:
    task = target.tasks.order_by("pk")[number]
    assert task.remote_id is not None
    return task.remote_id


def test_pushing_twice_sends_every_task_once(project: Project, front: FakeLabelStudio) -> None:
    first = push_tasks(project, front, url=URL)
    second = push_tasks(project, front, url=URL)

    assert (first.sent, second.sent) == (10, 0)
    assert front.task_count(first.round.remote_project or 0) == 10


def test_a_push_that_lost_its_answers_finds_its_tasks_again(
    project: Project, front: FakeLabelStudio
) -> None:
    target = push(project, front)
    target.tasks.update(remote_id=None)

    push(project, front)

    assert front.task_count(target.remote_project or 0) == 10
    assert not target.tasks.filter(remote_id=None).exists()


def test_texts_added_later_join_the_round(project: Project, front: FakeLabelStudio) -> None:
    push(project, front)
    make_example(project, intended="joke")

    assert push_tasks(project, front, url=URL, simulated=True).sent == 1


def test_nothing_that_leaves_tells_the_intended_label(
    project: Project, tmp_path: Path, front: FakeLabelStudio
) -> None:
    make_example(project, "a plain text", name="g1/zero_shot/joke/0/1/2", intended="joke")

    push(project, front)

    stored = b"".join(path.read_bytes() for path in tmp_path.glob("fake.sqlite3*"))
    assert b"a plain text" in stored
    assert b"zero_shot" not in stored


def test_every_task_gets_its_overlap_of_different_simulated_annotators(
    project: Project, front: FakeLabelStudio
) -> None:
    target = push(project, front)

    answer_tasks(target, front, crowd_size=5, seed=1)
    pull_annotations(target, front)

    per_task = [task.annotations.count() for task in target.tasks.all()]
    assert per_task == [3] * 10
    assert project.annotators.filter(simulated=False).count() == 0


def test_a_crowd_that_was_stopped_in_the_middle_continues_without_doubles(
    project: Project, front: FakeLabelStudio
) -> None:
    target = push(project, front)

    class Stopped(Exception):
        pass

    def stop_after_seven(done: int, total: int, note: str = "") -> None:
        if done == 7:
            raise Stopped

    with pytest.raises(Stopped):
        answer_tasks(target, front, crowd_size=5, seed=1, progress=stop_after_seven)
    pull_annotations(target, front)
    answer_tasks(target, front, crowd_size=5, seed=1)
    pull_annotations(target, front)

    assert Annotation.objects.filter(task__round=target).count() == 30
    assert target.strays.count() == 0


def test_the_same_seed_gives_the_same_votes(tmp_path: Path) -> None:
    votes = []
    for slug in ("one", "two"):
        project = make_project(slug)
        front = FakeLabelStudio(tmp_path / f"{slug}.sqlite3")
        for number in range(8):
            make_example(project, name=f"e{number}", intended="joke")
        target = push(project, front)
        answer_tasks(target, front, crowd_size=4, seed=3)
        pull_annotations(target, front)
        rows = Annotation.objects.filter(task__round=target)
        votes.append(
            sorted(rows.values_list("task__example__external_id", "annotator__name", "label__name"))
        )

    assert votes[0] == votes[1]


def test_an_edited_answer_replaces_the_old_one(project: Project, front: FakeLabelStudio) -> None:
    target = push(project, front, simulated=False)
    session = front.annotator("ann@lab.org", password="Secret-12345", name="Ann")
    session.annotate(remote_task(target), "joke", unique_id="u1", seconds=1.0)
    pull_annotations(target, front)
    session.annotate(remote_task(target), "news", unique_id="u2", seconds=1.0)

    pull_annotations(target, front)

    (answer,) = Annotation.objects.filter(task__round=target)
    assert answer.label is not None
    assert answer.label.name == "news"
    assert [stray.reason for stray in target.strays.all()] == [StrayAnswer.Reason.REPEATED]


def test_a_label_that_is_not_in_the_project_is_set_aside_and_counted(
    project: Project, front: FakeLabelStudio
) -> None:
    target = push(project, front, simulated=False)
    session = front.annotator("ann@lab.org", password="Secret-12345", name="Ann")
    session.annotate(remote_task(target), "poem", unique_id="u1", seconds=1.0)

    result = pull_annotations(target, front)

    assert (result.annotations, result.strays) == (0, 1)
    (stray,) = target.strays.all()
    assert (stray.reason, stray.value) == ("unknown_label", "poem")


def test_a_skip_is_kept_but_is_not_a_vote(project: Project, front: FakeLabelStudio) -> None:
    target = push(project, front, simulated=False)
    front.annotator("ann@lab.org", password="Secret-12345", name="Ann").skip(
        remote_task(target), unique_id="u1"
    )

    pull_annotations(target, front)

    assert Annotation.objects.filter(task__round=target).count() == 1
    assert Annotation.objects.votes().count() == 0


def test_people_are_known_by_a_pseudonym_only(project: Project, front: FakeLabelStudio) -> None:
    target = push(project, front, simulated=False)
    front.annotator("ann@lab.org", password="Secret-12345", name="Ann").annotate(
        remote_task(target), "joke", unique_id="u1", seconds=1.0
    )

    pull_annotations(target, front)

    (annotator,) = project.annotators.all()
    assert annotator.name == pseudonym("Ann@lab.org")
    assert "ann" not in annotator.name.removeprefix("person-") or "@" not in annotator.name
    assert pseudonym(f"sim-01@{SIMULATED_DOMAIN}") == "sim-01"


def test_pulling_again_with_nothing_new_changes_nothing(
    project: Project, front: FakeLabelStudio
) -> None:
    target = push(project, front)
    answer_tasks(target, front, crowd_size=5, seed=1)
    pull_annotations(target, front)
    before = list(Annotation.objects.values_list("task", "annotator", "label"))

    pull_annotations(target, front)

    assert list(Annotation.objects.values_list("task", "annotator", "label")) == before


def test_a_crowd_cannot_be_simulated_for_texts_nobody_asked_for(
    project: Project, front: FakeLabelStudio
) -> None:
    make_example(project, name="a-real-text", source="real")
    target = push(project, front)

    with pytest.raises(NothingToDo, match="'a-real-text' has no intended label"):
        answer_tasks(target, front, crowd_size=5)


def test_pushing_an_empty_pool_says_what_to_do(front: FakeLabelStudio) -> None:
    with pytest.raises(NothingToDo, match="has no texts to judge"):
        push_tasks(make_project("empty"), front, url=URL)


def test_a_project_that_was_never_pushed_has_no_round() -> None:
    with pytest.raises(NothingToDo, match="has not been sent"):
        current_round(make_project("quiet"))


def test_programs_may_not_answer_a_round_for_people(
    project: Project, front: FakeLabelStudio
) -> None:
    target = push(project, front, simulated=False)

    with pytest.raises(BadInput, match="is for people"):
        answer_tasks(target, front, crowd_size=5)


def test_a_copy_of_a_task_made_on_the_server_takes_no_votes_away(
    project: Project, front: FakeLabelStudio
) -> None:
    target = push(project, front, simulated=False)
    person = front.annotator("ann@lab.org", password="Secret-12345", name="Ann")
    person.annotate(remote_task(target), "joke", unique_id="u1", seconds=1.0)
    (task,) = target.tasks.filter(remote_id=remote_task(target))
    copy = RemoteTask(
        remote_id=999, external_id=str(task.pk), updated_at="2099-01-01T00:00:00.000000Z",
        annotations=(),
    )  # fmt: skip
    pull_annotations(target, front)

    replace(target, [copy, copy], known_to=copy.updated_at)

    assert Annotation.objects.filter(task=task).count() == 1


def test_a_foreign_task_with_a_wild_id_is_set_aside(
    project: Project, front: FakeLabelStudio
) -> None:
    target = push(project, front, simulated=False)
    answer = RemoteAnnotation(
        remote_id=1, annotator="eve@lab.org", label_codes=("joke",), skipped=False, seconds=1.0,
        created_at="2026-01-01T00:00:00Z", updated_at="2026-01-01T00:00:00Z", unique_id=None,
    )  # fmt: skip
    wild = RemoteTask(
        remote_id=999, external_id="9" * 30, updated_at="2026-01-01T00:00:00Z",
        annotations=(answer,),
    )  # fmt: skip

    replace(target, [wild], known_to=wild.updated_at)

    assert [stray.reason for stray in target.strays.all()] == ["unknown_task"]


def test_a_remote_project_that_was_deleted_gets_a_successor_and_no_vote_is_lost(
    project: Project, front: FakeLabelStudio
) -> None:
    target = push(project, front)
    answer_tasks(target, front, crowd_size=5, seed=1)
    pull_annotations(target, front)
    front.delete_project(target.remote_project or 0)

    again = push_tasks(project, front, url=URL, simulated=True)

    assert (again.round.number, again.sent) == (2, 10)
    assert front.task_count(again.round.remote_project or 0) == 10
    assert Annotation.objects.filter(task__round=target).count() == 30


def test_a_changed_seed_never_gives_a_task_more_than_its_overlap(
    project: Project, front: FakeLabelStudio
) -> None:
    target = push(project, front)
    answer_tasks(target, front, crowd_size=5, seed=1)
    pull_annotations(target, front)

    assert answer_tasks(target, front, crowd_size=5, seed=2) == 0
