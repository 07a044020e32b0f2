"""Answers: stored once, refused with a sentence where they are not this person's to give."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries

from curation.errors import AnnotationRefused
from curation.models import Annotation, Participation, SkipReason
from curation.services.annotating.answering import Given, submit
from curation.services.annotating.rounds import open_round
from curation.services.annotating.serving import next_tasks
from curation.services.annotating.taking_back import undo
from tests.curation.annotating.room import (
    answer,
    make_room,
    sit,
    take,
    votes_per_task,
    work_through,
)

pytestmark = pytest.mark.django_db


def test_an_answer_sent_twice_is_stored_once() -> None:
    target = make_room()
    ann = sit(target)
    served = take(ann)

    first = submit(ann, served.key, Given(label="joke", seconds=2.25))
    second = submit(ann, served.key, Given(label="joke"))

    assert (first.repeated, second.repeated) == (False, True)
    stored = Annotation.objects.get()
    assert stored.label is not None
    assert (stored.label.name, stored.seconds) == ("joke", 2.25)
    ann.refresh_from_db()
    assert ann.answered == 1


@pytest.mark.parametrize(
    ("first", "other", "said"),
    [
        (Given(label="joke"), Given(label="news"), "saved as joke already"),
        (Given(label="joke"), Given(skip="unclear"), "saved as joke already"),
        (Given(skip="unclear"), Given(label="joke"), "saved as skipped already"),
    ],
)
def test_another_answer_to_a_text_that_was_answered_is_not_said_to_be_saved(
    first: Given, other: Given, said: str
) -> None:
    ann = sit(make_room())
    served = take(ann)
    submit(ann, served.key, first)

    with pytest.raises(AnnotationRefused, match=said) as refused:
        submit(ann, served.key, other)

    assert refused.value.status == 409
    stored = Annotation.objects.get()
    assert (stored.label.name if stored.label else "", stored.skip_reason) == (
        first.label,
        first.skip,
    )


def test_a_skip_keeps_its_reason_and_is_no_vote() -> None:
    target = make_room()
    ann = sit(target)

    submit(ann, take(ann).key, Given(skip=SkipReason.HARMFUL))

    assert Annotation.objects.get().skip_reason == "harmful"
    assert sum(votes_per_task(target)) == 0


@pytest.mark.parametrize(
    ("given", "what"),
    [
        (Given(), "Choose one"),
        (Given(label="joke", skip="unclear"), "Choose one"),
        (Given(label="poem"), "not one of"),
        (Given(skip="bored"), "no reason"),
    ],
)
def test_an_answer_that_is_none_changes_nothing(given: Given, what: str) -> None:
    target = make_room()
    ann = sit(target)
    served = take(ann)

    with pytest.raises(AnnotationRefused, match=what) as refused:
        submit(ann, served.key, given)

    assert refused.value.status == 400
    assert not Annotation.objects.exists()
    assert [task.key for task in next_tasks(ann, count=1)] == [served.key]


def test_another_persons_task_cannot_be_answered(caplog: pytest.LogCaptureFixture) -> None:
    target = make_room()
    ann, bob = sit(target, "ann"), sit(target, "bob")
    served = take(ann)

    with pytest.raises(AnnotationRefused, match="somebody else") as refused:
        submit(bob, served.key, Given(label="joke"))

    assert refused.value.status == 403
    assert "another person's" in caplog.text
    assert not Annotation.objects.exists()


def test_another_persons_answer_cannot_be_replayed() -> None:
    target = make_room()
    served = answer(sit(target, "ann"))

    with pytest.raises(AnnotationRefused, match="somebody else"):
        submit(sit(target, "bob"), served.key, Given(label="joke"))


def test_a_forged_lease_is_refused() -> None:
    ann = sit(make_room())

    with pytest.raises(AnnotationRefused, match="not in your hands") as refused:
        submit(ann, uuid.uuid4(), Given(label="joke"))

    assert refused.value.status == 404


def test_a_flood_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("curation.services.annotating.answering.PER_SECOND", 0.0)
    ann = sit(make_room(texts=30))
    Participation.objects.update(allowance=20, allowed_at=timezone.now())

    def flood() -> None:
        for _ in range(30):
            answer(ann)

    with pytest.raises(AnnotationRefused, match="fast") as refused:
        flood()

    assert refused.value.status == 429
    assert 15 <= Annotation.objects.count() <= 25


def test_an_answer_taken_back_cannot_come_back_by_a_repeat() -> None:
    ann = sit(make_room())
    served = answer(ann)
    undo(ann)

    with pytest.raises(AnnotationRefused) as refused:
        submit(ann, served.key, Given(label="joke"))

    assert refused.value.status == 404
    assert not Annotation.objects.exists()


def test_there_is_nothing_to_take_back_before_the_first_answer() -> None:
    with pytest.raises(AnnotationRefused, match="no answer"):
        undo(sit(make_room()))


@pytest.mark.parametrize("seconds", [-1.0, 1e9, float("nan")])
def test_a_time_that_cannot_be_is_not_stored(seconds: float) -> None:
    ann = sit(make_room())

    submit(ann, take(ann).key, Given(label="joke", seconds=seconds))

    assert Annotation.objects.get().seconds is None


def test_the_last_answer_is_found_quickly_behind_many_in_other_rounds(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    target = make_room(texts=19)
    work_through(sit(target, "ann"))
    elsewhere = sit(open_round(target.project), "ann")

    with django_assert_max_num_queries(8), pytest.raises(AnnotationRefused, match="no answer"):
        undo(elsewhere)


def test_the_last_answer_is_taken_back_although_the_clock_was_set_back() -> None:
    ann = sit(make_room(texts=3))
    answer(ann)
    Annotation.objects.update(answered_at=timezone.now() + timedelta(minutes=5))
    last = answer(ann, "news")

    assert undo(ann).text == last.text


def test_nobody_is_too_fast_because_the_clock_was_set_back() -> None:
    ann = sit(make_room(texts=3))
    later = timezone.now() + timedelta(hours=1)
    Participation.objects.update(allowance=0.5, allowed_at=later)

    answer(ann)

    assert Annotation.objects.count() == 1
