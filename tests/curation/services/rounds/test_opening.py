"""Further rounds: what they ask, of whom, and what joins them later."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from curation.assignment import Checks
from curation.errors import BadInput, NothingToDo
from curation.label_studio.fake import FakeLabelStudio
from curation.models import Example, Project
from curation.services.pulling import pull_annotations
from curation.services.rounds import current_round, open_rounds, push_tasks, round_of
from tests.curation.services import on_fake
from tests.curation.services.on_fake import answer, push
from tests.factories import annotate, make_example, make_project

pytestmark = pytest.mark.django_db
front, project = on_fake.front, on_fake.project


def names(target: Any) -> list[str]:
    rows = target.tasks.filter(purpose="vote").order_by("example__external_id")
    return list(rows.values_list("example__external_id", flat=True))


def test_a_further_round_stands_beside_the_first(project: Project, front: FakeLabelStudio) -> None:
    first = push(project, front)

    second = push(project, front, overlap=7, first=2, gamma=0.9, confidence=0.95)

    assert (second.number, second.overlap, second.first_overlap) == (2, 7, 2)
    assert (second.gamma, second.confidence) == (0.9, 0.95)
    assert first.remote_project != second.remote_project
    assert open_rounds(project) == [first, second]
    assert names(second) == names(first)


def test_a_push_goes_on_with_the_newest_open_round(
    project: Project, front: FakeLabelStudio
) -> None:
    push(project, front)
    second = push(project, front, overlap=2)

    assert push(project, front) == second


def test_a_closed_round_is_not_asked_anew_by_the_way(
    project: Project, front: FakeLabelStudio
) -> None:
    push(project, front)
    project.rounds.update(state="closed")

    with pytest.raises(NothingToDo, match="labelstudio reopen jokes --round 1"):
        push(project, front)

    assert push(project, front, overlap=2).number == 2


def test_a_round_on_another_server_is_another_round(
    project: Project, front: FakeLabelStudio, tmp_path: Any
) -> None:
    here = push(project, front)

    there = push_tasks(
        project, FakeLabelStudio(tmp_path / "other.sqlite3"), url="http://127.0.0.1:2"
    ).round

    assert [target.server_url for target in open_rounds(project)] == [
        here.server_url,
        there.server_url,
    ]


def test_texts_that_came_later_join_but_not_those_that_were_left_out(
    project: Project, front: FakeLabelStudio
) -> None:
    push(project, front)
    second = push(project, front, overlap=2)
    second.tasks.filter(example__external_id="text-0").delete()
    make_example(project, name="text-9")

    push(project, front)

    assert names(second) == ["text-1", "text-2", "text-3", "text-9"]


def test_a_text_stored_by_a_host_whose_clock_is_slow_joins_too(
    project: Project, front: FakeLabelStudio
) -> None:
    target = push(project, front)
    late = make_example(project, name="text-9")
    Example.objects.filter(pk=late.pk).update(created_at=target.created_at - timedelta(minutes=5))

    push(project, front)

    assert "text-9" in names(target)


def test_only_undecided_texts_are_asked_again(front: FakeLabelStudio) -> None:
    project = make_project(overlap=4)
    for number, votes in enumerate((["joke"] * 4, ["joke", "joke", "news", "news"], [], ["joke"])):
        annotate(project, votes, example=make_example(project, name=f"text-{number}"))

    target = push(project, front, only_undecided=True, gamma=0.75, first=1)

    assert names(target) == ["text-2", "text-3"]


def test_when_all_is_decided_there_is_nothing_to_ask(front: FakeLabelStudio) -> None:
    project = make_project(overlap=2)
    annotate(project, ["joke", "joke"])

    with pytest.raises(NothingToDo, match="nothing to ask again"):
        push(project, front, only_undecided=True)

    assert not project.rounds.filter(front="label_studio").exists()


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"overlap": 2, "first": 3}, "not within the overlap"),
        ({"overlap": 1001}, "must be 1 to"),
        ({"first": 1, "gamma": 1.5}, "at most 1"),
    ],
)
def test_a_round_that_cannot_be_meant_is_refused(
    project: Project, front: FakeLabelStudio, options: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(BadInput, match=complaint):
        push(project, front, **options)

    assert not project.rounds.exists()


def test_texts_with_known_answers_go_to_everybody_in_the_share_asked_for(
    project: Project, front: FakeLabelStudio
) -> None:
    for number in range(5):
        make_example(project, name=f"known-{number}", split="check", gold="joke")

    target = push(project, front, checks=Checks(gold=0.5))

    checks = target.tasks.filter(purpose="gold").values_list("remote_id", flat=True)
    there = front.read_overlaps(target.remote_project or 0, [task for task in checks if task])
    assert [standing.overlap for standing in there.values()] == [100, 100]
    assert front.task_count(target.remote_project or 0) == 6


def test_the_numbers_annotators_see_of_tasks_do_not_tell_checks_apart(
    front: FakeLabelStudio,
) -> None:
    project = make_project(overlap=1)
    for number in range(40):
        make_example(project, name=f"text-{number}")
        make_example(project, name=f"known-{number}", split="check", gold="joke")
    first = push(project, front, checks=Checks(gold=0.5, qualification=20))
    front.delete_project(first.remote_project or 0)
    successor = push(project, front)

    for target in (first, successor):
        purposes = list(target.tasks.order_by("pk").values_list("purpose", flat=True))
        assert len(purposes) == 80
        for half in (purposes[:40], purposes[40:]):
            assert half.count("vote") >= 10
            assert half.count("vote") <= 30


@pytest.mark.parametrize(("known", "different"), [(40, 40), (30, 30), (20, 20)])
def test_no_text_measures_people_twice_as_long_as_others_are_free(
    front: FakeLabelStudio, known: int, different: int
) -> None:
    project = make_project(overlap=1)
    for number in range(40):
        make_example(project, name=f"text-{number}")
    for number in range(known):
        make_example(project, name=f"known-{number}", split="check", gold="joke")

    target = push(project, front, checks=Checks(gold=0.5, qualification=20))

    checks = target.tasks.exclude(purpose="vote").order_by("pk")
    names = list(checks.values_list("example__external_id", flat=True))
    assert (len(names), len(set(names))) == (40, different)
    assert sum(name == after for name, after in pairwise(names)) < 8


def test_without_known_answers_no_round_can_check_with_them(
    project: Project, front: FakeLabelStudio
) -> None:
    with pytest.raises(NothingToDo, match="known answers"):
        push(project, front, checks=Checks(gold=0.5))

    assert not project.rounds.exists()


def test_a_lost_round_with_few_texts_is_followed_by_one_with_the_same(
    project: Project, front: FakeLabelStudio
) -> None:
    push(project, front)
    second = push(project, front, overlap=2, first=1)
    second.tasks.filter(example__external_id="text-0").delete()
    front.delete_project(second.remote_project or 0)

    successor = push(project, front)

    assert names(successor) == ["text-1", "text-2", "text-3"]
    assert (successor.number, successor.overlap, successor.first_overlap) == (3, 2, 1)
    assert [target.number for target in open_rounds(project)] == [1, 3]


def test_rounds_are_named_by_number(project: Project, front: FakeLabelStudio) -> None:
    with pytest.raises(NothingToDo, match="has not been sent"):
        round_of(project, 1)
    with pytest.raises(NothingToDo, match="has not been sent"):
        open_rounds(project)
    first = push(project, front)

    assert round_of(project, 1) == current_round(project) == first
    with pytest.raises(NothingToDo, match="no round 7 on Label Studio; it has 1"):
        round_of(project, 7)
    project.rounds.update(state="closed")
    with pytest.raises(NothingToDo, match="no open round"):
        open_rounds(project)


def test_answers_given_before_a_task_was_known_count_after_the_next_push(
    project: Project, front: FakeLabelStudio
) -> None:
    target = push(project, front)
    answer(front, target, "ann", "joke")
    target.tasks.update(remote_id=None)
    pull_annotations(target, front)
    aside = [stray.reason for stray in target.strays.all()]

    target = push(project, front)
    pull_annotations(target, front)

    assert aside == ["unknown_task"]
    assert target.strays.count() == 0
    assert on_fake.labels(target) == ["joke"]
