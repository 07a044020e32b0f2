"""Nobody judges a text twice, and no text gets more votes than its overlap, whatever comes back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from curation.errors import AnnotationRefused
from curation.models import Annotation, AnnotationRound, Lease
from curation.services.annotating.answering import Given, submit
from curation.services.annotating.rounds import RoundOptions, change_state, open_round
from curation.services.annotating.serving import next_tasks
from curation.services.annotating.taking_back import undo
from curation.services.quality.acting import act
from tests.curation.annotating.room import answer, books, make_room, sit, take, votes_per_task

pytestmark = pytest.mark.django_db

ONE = RoundOptions(overlap=1)


def time_runs_out() -> None:
    Lease.objects.update(expires_at=timezone.now() - timedelta(seconds=1))


def test_a_skip_is_not_taken_back_once_others_have_the_place() -> None:
    target = make_room(texts=1, options=ONE)
    ann = sit(target, "ann")
    submit(ann, take(ann).key, Given(skip="unclear"))
    answer(sit(target, "bob"))

    with pytest.raises(AnnotationRefused, match="Others judge") as refused:
        undo(ann)

    assert refused.value.status == 409
    assert books(target) == [(1, 0, 0, "full")]


def test_a_skip_that_set_a_text_aside_can_be_taken_back() -> None:
    target = make_room(texts=1, options=RoundOptions(overlap=1, most_skips=1))
    ann = sit(target, "ann")
    submit(ann, take(ann).key, Given(skip="unclear"))

    answer(ann, served=undo(ann))

    assert books(target) == [(1, 0, 0, "full")]


def test_votes_that_count_again_take_the_place_of_a_text_in_hand() -> None:
    target = make_room(texts=1, options=ONE)
    ann, bob = sit(target, "ann"), sit(target, "bob")
    answer(ann)
    act(ann.annotator, "requeue", reason="a test", by="mira")
    in_hand = take(bob)
    act(ann.annotator, "restore", reason="a test", by="mira")

    with pytest.raises(AnnotationRefused, match="kept aside"):
        submit(bob, in_hand.key, Given(label="joke"))

    assert votes_per_task(target) == [1]
    assert books(target) == [(1, 0, 0, "full")]


def test_a_text_in_hand_in_one_round_does_not_come_in_another() -> None:
    first = make_room(texts=1)
    second = open_round(first.project)
    take(sit(first, "ann"))

    assert next_tasks(sit(second, "ann")) == []
    assert len(next_tasks(sit(second, "bob"))) == 1


def test_a_late_answer_is_kept_aside_where_another_round_has_one() -> None:
    first = make_room(texts=1)
    second = open_round(first.project)
    ann = sit(first, "ann")
    late = take(ann)
    time_runs_out()
    next_tasks(sit(first, "bob"))
    answer(sit(second, "ann"))

    with pytest.raises(AnnotationRefused, match="kept aside"):
        submit(ann, late.key, Given(label="joke"))

    assert Annotation.objects.filter(annotator__name="ann").count() == 1


def test_an_answer_given_offline_counts_though_its_text_was_handed_out_anew() -> None:
    ann = sit(make_room(texts=1))
    served = take(ann)
    time_runs_out()
    take(ann)

    submit(ann, served.key, Given(label="joke"))

    assert Annotation.objects.count() == 1


@pytest.mark.parametrize("state", [AnnotationRound.State.PAUSED, AnnotationRound.State.CLOSED])
def test_nothing_is_taken_back_where_nothing_is_handed_out(state: str) -> None:
    target = make_room(texts=2)
    ann = sit(target)
    answer(ann)
    change_state(target, state)

    with pytest.raises(AnnotationRefused, match=state):
        undo(ann)

    assert sum(votes_per_task(target)) == 1


def test_somebody_paused_takes_nothing_back() -> None:
    target = make_room(texts=2)
    ann = sit(target)
    answer(ann)
    act(ann.annotator, "pause", reason="a test", by="mira")

    with pytest.raises(AnnotationRefused, match="paused"):
        undo(ann)

    assert sum(votes_per_task(target)) == 1


def test_a_text_let_go_in_one_round_is_theirs_in_the_other() -> None:
    first = make_room(texts=2)
    second = open_round(first.project)
    let_go = take(sit(first, "ann"))
    in_second = take(sit(second, "ann"))
    time_runs_out()
    next_tasks(sit(first, "bob"), count=2)
    answer(sit(second, "ann"), served=in_second)

    assert take(sit(second, "ann")).text == let_go.text
