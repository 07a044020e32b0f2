"""After a pull the front shows a task to one more person where a vote is still wanted."""

from __future__ import annotations

import importlib
from types import SimpleNamespace
from typing import Any
from unittest.mock import Mock

import numpy as np
import pytest
from django.apps import apps

from curation.label_studio.errors import Unreachable
from curation.label_studio.fake import FakeLabelStudio
from curation.models import AnnotationRound, Annotator, Project
from curation.services.annotating.rounds import MOST_OVERLAP
from curation.services.pulling import counting, exchange, following, pseudonym
from curation.services.quality.acting import act
from tests.curation.services import on_fake
from tests.curation.services.on_fake import answer, push, remote_id, task_of

pytestmark = pytest.mark.django_db
front, project = on_fake.front, on_fake.project


class OpenWhileSplit:
    """A plan that asks for more as long as not all votes are the same."""

    def verdicts(self, counts: Any) -> SimpleNamespace:
        split = (counts > 0).sum(axis=1) > 1
        return SimpleNamespace(decision=np.where(split, "open", "keep"))


class NothingOpen:
    """A plan that asks for no more."""

    def verdicts(self, counts: Any) -> SimpleNamespace:
        return SimpleNamespace(decision=np.full(len(counts), "keep"))


@pytest.fixture(autouse=True)
def plan(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "plan_of", lambda target: OpenWhileSplit())
    monkeypatch.setattr(following, "needs_plan", lambda target: False)


def adaptive(project: Project, front: FakeLabelStudio) -> AnnotationRound:
    """Two votes for every text, up to five."""
    return push(project, front, overlap=5, first=2)


def overlap(front: FakeLabelStudio, target: AnnotationRound, number: int = 0) -> tuple[int, bool]:
    """Answers the front gathers for `text-<number>`, and whether it has them."""
    task = remote_id(target, number)
    there = front.read_overlaps(target.remote_project or 0, [task])[task]
    return there.overlap, there.is_done


def test_an_adaptive_round_begins_with_its_first_votes(
    project: Project, front: FakeLabelStudio
) -> None:
    target = adaptive(project, front)

    assert overlap(front, target) == (2, False)
    assert task_of(target).wanted == 2


def test_a_settled_task_is_left_and_an_open_one_goes_to_one_person_more(
    project: Project, front: FakeLabelStudio
) -> None:
    target = adaptive(project, front)
    for person, first, second in (("ann", "joke", "joke"), ("bob", "joke", "news")):
        answer(front, target, person, first, number=0)
        answer(front, target, person, second, number=1)

    result = exchange(target, front)

    assert result.followed.asked == 1
    assert (overlap(front, target, 0), overlap(front, target, 1)) == ((2, True), (3, False))
    assert [task_of(target, number).state for number in (0, 1)] == ["settled", "open"]


def test_an_open_task_is_asked_for_vote_by_vote_up_to_the_overlap(
    project: Project, front: FakeLabelStudio
) -> None:
    target = adaptive(project, front)
    seen = []
    for person, label in zip("abcdef", ["joke", "news"] * 3, strict=True):
        if not overlap(front, target)[1]:  # else the front shows it to nobody
            answer(front, target, person, label)
        exchange(target, front)
        seen.append(overlap(front, target))

    assert seen == [(2, False), (3, False), (4, False), (5, False), (5, True), (5, True)]
    assert (task_of(target).votes, task_of(target).state) == (5, "full")


def test_what_was_asked_for_is_not_asked_again(project: Project, front: FakeLabelStudio) -> None:
    target = adaptive(project, front)
    answer(front, target, "ann", "joke")
    answer(front, target, "bob", "news")

    asked = [exchange(target, front).followed.asked for _ in range(3)]

    assert asked == [1, 0, 0]


@pytest.mark.parametrize("kind", ["ask", "ask after commit"])
def test_an_asking_that_was_cut_off_is_made_good_by_the_next_exchange(
    project: Project, front: FakeLabelStudio, kind: Any
) -> None:
    target = adaptive(project, front)
    for number in range(4):
        answer(front, target, "ann", "joke", number=number)
        answer(front, target, "bob", "news", number=number)
    front.fail_next(kind)

    if kind == "ask":
        with pytest.raises(Unreachable):
            exchange(target, front)
    exchange(target, front)

    assert [overlap(front, target, number)[0] for number in range(4)] == [3] * 4


def test_a_vote_that_is_not_wanted_any_more_is_taken_back(
    project: Project, front: FakeLabelStudio
) -> None:
    target = adaptive(project, front)
    answer(front, target, "ann", "joke")
    given = answer(front, target, "bob", "news")
    exchange(target, front)

    front.storage.edit_annotation(given, ["joke"])
    result = exchange(target, front)

    assert result.followed.settled == 1
    assert overlap(front, target) == (2, True)


def test_a_task_skipped_by_all_is_shown_to_nobody_else(
    project: Project, front: FakeLabelStudio
) -> None:
    target = push(project, front)
    for person in ("ann", "bob", "cem"):
        answer(front, target, person, None)

    exchange(target, front)

    assert overlap(front, target) == (1, True)
    assert overlap(front, target, 1) == (3, False)


def test_an_answer_that_does_not_count_is_asked_of_somebody_else(
    project: Project, front: FakeLabelStudio
) -> None:
    target = push(project, front)
    answer(front, target, "ann", "poem")
    for person in ("bob", "cem"):
        answer(front, target, person, "joke")

    exchange(target, front)

    assert overlap(front, target) == (4, False)


def test_votes_of_somebody_who_was_excluded_are_asked_of_others(
    project: Project, front: FakeLabelStudio
) -> None:
    target = push(project, front)
    for person in ("ann", "bob", "cem"):
        answer(front, target, person, "joke")
    exchange(target, front)
    Annotator.objects.filter(name=pseudonym("bob@lab.org")).update(standing="excluded")
    counting.recount(target, [task_of(target).pk])

    exchange(target, front)
    answer(front, target, "dan", "joke")
    exchange(target, front)

    assert overlap(front, target) == (4, True)
    assert (task_of(target).votes, task_of(target).state) == (3, "full")


def set_aside(project: Project, person: str, verb: str) -> None:
    """Let the answers of `person` count no more ("requeue"), or again ("restore")."""
    annotator = project.annotators.get(name=pseudonym(f"{person}@lab.org"))
    act(annotator, verb, reason="looked at", by="mira")


def test_texts_asked_again_go_to_nobody_else_once_the_votes_count_again(
    project: Project, front: FakeLabelStudio
) -> None:
    target = push(project, front)
    for number in (0, 1):
        for person in ("ann", "bob", "cem"):
            answer(front, target, person, "joke", number=number)
    exchange(target, front)
    set_aside(project, "bob", "requeue")
    exchange(target, front)
    answer(front, target, "dan", "joke", number=1)
    told = [overlap(front, target, number) for number in (0, 1)]

    set_aside(project, "bob", "restore")
    result = exchange(target, front)

    assert told == [(4, False), (4, True)]
    assert [overlap(front, target, number) for number in (0, 1)] == [(3, True), (4, True)]
    assert result.followed.settled == 1
    assert exchange(target, front).followed.settled == 0


def test_a_text_whose_wrong_answer_was_put_right_goes_to_nobody_else(
    project: Project, front: FakeLabelStudio
) -> None:
    target = push(project, front)
    wrong = answer(front, target, "ann", "poem")
    for person in ("bob", "cem"):
        answer(front, target, person, "joke")
    exchange(target, front)

    front.storage.edit_annotation(wrong, ["joke"])
    exchange(target, front)

    assert overlap(front, target) == (3, True)
    assert (task_of(target).votes, task_of(target).state) == (3, "full")


def test_a_wrong_answer_that_was_deleted_leaves_no_place_too_many(
    project: Project, front: FakeLabelStudio
) -> None:
    target = push(project, front)
    wrong = answer(front, target, "ann", "poem")
    for person in ("bob", "cem"):
        answer(front, target, person, "joke")
    exchange(target, front)

    front.storage.delete_annotation(wrong)
    result = exchange(target, front)

    assert overlap(front, target) == (3, False)
    assert task_of(target).told == 3
    assert result.followed.asked == 0


def test_places_taken_back_beside_others_asked_for_are_not_counted_with_them(
    project: Project, front: FakeLabelStudio
) -> None:
    target = push(project, front)
    wrong = answer(front, target, "ann", "poem")
    for person in ("bob", "cem"):
        answer(front, target, person, "joke")
    exchange(target, front)

    front.storage.delete_annotation(wrong)
    answer(front, target, "ann", "poem", number=1)
    for person in ("bob", "cem"):
        answer(front, target, person, "joke", number=1)
    result = exchange(target, front)

    assert [overlap(front, target, number) for number in (0, 1)] == [(3, False), (4, False)]
    assert result.followed.asked == 1


def test_a_text_that_has_what_was_asked_for_is_not_looked_at_again(
    project: Project, front: FakeLabelStudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = adaptive(project, front)
    answer(front, target, "ann", "joke")
    answer(front, target, "bob", "news")
    exchange(target, front)
    monkeypatch.setattr(counting, "plan_of", lambda target: NothingOpen())
    answer(front, target, "cem", "joke")
    exchange(target, front)
    looked_at = Mock(wraps=following._wish)
    monkeypatch.setattr(following, "_wish", looked_at)

    exchange(target, front)

    assert (task_of(target).told, task_of(target).state) == (3, "settled")
    assert not looked_at.called


def test_a_taking_back_that_was_cut_off_is_made_good_by_the_next_exchange(
    project: Project, front: FakeLabelStudio
) -> None:
    target = push(project, front)
    for person in ("ann", "bob", "cem"):
        answer(front, target, person, "joke")
    exchange(target, front)
    set_aside(project, "bob", "requeue")
    exchange(target, front)
    set_aside(project, "bob", "restore")
    front.fail_next("ask")

    with pytest.raises(Unreachable):
        exchange(target, front)
    exchange(target, front)

    assert overlap(front, target) == (3, True)


def test_what_was_asked_before_it_was_written_down_is_taken_back_too(
    project: Project, front: FakeLabelStudio
) -> None:
    target = push(project, front)
    for person in ("ann", "bob", "cem"):
        answer(front, target, person, "joke")
    exchange(target, front)
    set_aside(project, "bob", "requeue")
    exchange(target, front)
    set_aside(project, "bob", "restore")
    target.tasks.update(told=None)
    migration = importlib.import_module("curation.migrations.0021_task_told")

    migration.note_what_may_have_been_told(apps, None)
    most = task_of(target).told
    exchange(target, front)

    assert overlap(front, target) == (3, True)
    assert most is not None
    assert most > MOST_OVERLAP
    assert [task_of(target, number).told for number in (0, 1)] == [3, None]
