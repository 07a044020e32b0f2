"""Tasks handed out: once a person, never more than due, given back when abandoned."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from curation.errors import AnnotationRefused, BadInput, NothingToDo
from curation.models import AnnotationRound, Annotator, Lease, Participation, Task
from curation.services.annotating.answering import Given, submit
from curation.services.annotating.joining import join
from curation.services.annotating.progress import standing_of
from curation.services.annotating.rounds import (
    RoundOptions,
    add_new_texts,
    change_state,
    open_round,
)
from curation.services.annotating.serving import next_tasks
from curation.services.annotating.taking_back import undo
from tests.curation.annotating.room import (
    answer,
    books,
    make_room,
    sit,
    take,
    votes_per_task,
    work_through,
)  # fmt: skip
from tests.factories import make_example, make_project

pytestmark = pytest.mark.django_db


def test_each_person_gets_each_text_once_and_each_text_its_overlap() -> None:
    target = make_room(texts=5)

    given = [work_through(sit(target, name)) for name in ("ann", "bob", "cem", "dan")]

    assert given == [5, 5, 5, 0]
    assert votes_per_task(target) == [3] * 5
    assert {state for *_, state in books(target)} == {"full"}


def test_tasks_in_hands_count_so_that_the_overlap_is_never_passed() -> None:
    target = make_room(texts=1, options=RoundOptions(overlap=2))

    in_hand = [next_tasks(sit(target, name)) for name in ("ann", "bob", "cem")]

    assert [len(tasks) for tasks in in_hand] == [1, 1, 0]


def test_asking_twice_gives_the_same_tasks() -> None:
    person = sit(make_room())

    assert next_tasks(person) == next_tasks(person)


def test_the_next_task_is_prefetched() -> None:
    person = sit(make_room(texts=4))

    first = next_tasks(person)
    answer(person, served=first[0])
    second = next_tasks(person)

    assert len(first) == len(second) == 2
    assert second[0] == first[1]


def test_an_abandoned_task_goes_to_somebody_else() -> None:
    target = make_room(texts=1, options=RoundOptions(overlap=1))
    lost = take(sit(target, "ann"))
    Lease.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    found = next_tasks(sit(target, "bob"))

    assert [task.text for task in found] == [lost.text]
    assert books(target) == [(0, 1, 0, "open")]


def test_an_answer_that_comes_late_counts_while_there_is_room() -> None:
    target = make_room(texts=1, options=RoundOptions(overlap=2))
    ann, bob = sit(target, "ann"), sit(target, "bob")
    late = take(ann)
    Lease.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    take(bob)

    submit(ann, late.key, Given(label="joke"))

    assert books(target) == [(1, 1, 0, "open")]


def test_an_answer_that_comes_too_late_is_kept_aside() -> None:
    target = make_room(texts=1, options=RoundOptions(overlap=1))
    ann, bob = sit(target, "ann"), sit(target, "bob")
    late = take(ann)
    Lease.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    answer(bob, "news")

    with pytest.raises(AnnotationRefused, match="kept aside") as refused:
        submit(ann, late.key, Given(label="joke"))

    assert refused.value.status == 409
    assert votes_per_task(target) == [1]
    assert [(s.reason, s.value) for s in target.strays.all()] == [("late", "joke")]


def test_a_task_asked_again_comes_before_new_ones() -> None:
    target = make_room(texts=6, options=RoundOptions(overlap=1))
    ann, bob = sit(target, "ann"), sit(target, "bob")
    lost = take(ann)
    answer(bob)
    Lease.objects.filter(participation=ann).update(expires_at=timezone.now())

    assert take(bob).text == lost.text


def test_a_text_judged_in_one_round_is_not_asked_again_in_another() -> None:
    first = make_room(texts=3)
    work_through(sit(first, "ann"))
    second = open_round(first.project)

    assert next_tasks(sit(second, "ann")) == []
    assert len(next_tasks(sit(second, "bob"))) == 2


def test_texts_that_come_later_join_the_line() -> None:
    target = make_room(texts=2)
    ann = sit(target)
    work_through(ann)
    next_tasks(ann)
    make_example(target.project, "a late one", intended="joke")

    added = add_new_texts(target)

    assert added == 1
    assert take(ann).text == "a late one"
    assert add_new_texts(target) == 0


def test_a_limit_per_person_is_kept() -> None:
    target = make_room(texts=5, options=RoundOptions(answers_each=2))
    ann = sit(target)

    assert work_through(ann) == 2
    standing = standing_of(ann)
    assert (standing.finished, standing.left) == (True, 0)
    assert standing.code.startswith("C-")


def test_the_labels_come_balanced_to_everybody() -> None:
    target = make_room(texts=40)
    ann = sit(target)

    served = [answer(ann).text for _ in range(20)]

    odd = sum(int(text.split()[1]) % 2 for text in served)
    assert 7 <= odd <= 13


def test_who_waits_for_others_is_told_so() -> None:
    target = make_room(texts=1, options=RoundOptions(overlap=1))
    take(sit(target, "ann"))
    bob = sit(target, "bob")

    assert next_tasks(bob) == []
    standing = standing_of(bob)
    assert (standing.waiting, standing.finished) == (True, False)
    assert "others hold" in standing.sentence


@pytest.mark.parametrize("state", ["paused", "closed"])
def test_a_round_that_is_not_open_hands_out_nothing(state: str) -> None:
    target = make_room()
    ann = sit(target)
    change_state(target, state)

    with pytest.raises(AnnotationRefused, match=state):
        next_tasks(ann)
    with pytest.raises(AnnotationRefused, match="not open"):
        join(target, "bob")


def test_what_is_in_hand_may_be_answered_after_a_pause() -> None:
    target = make_room()
    ann = sit(target)
    served = take(ann)
    change_state(target, AnnotationRound.State.PAUSED)

    submit(ann, served.key, Given(label="joke"))

    assert sum(votes_per_task(target)) == 1


def test_a_paused_annotator_gets_nothing() -> None:
    target = make_room()
    ann = sit(target)
    Annotator.objects.update(standing=Annotator.Standing.PAUSED)

    with pytest.raises(AnnotationRefused, match="paused") as refused:
        next_tasks(ann)

    assert refused.value.status == 403


def test_consent_comes_before_the_first_text() -> None:
    ann = sit(make_room(options=RoundOptions(consent="We keep your answers.")))

    assert standing_of(ann).consent == "We keep your answers."
    with pytest.raises(AnnotationRefused, match="agree"):
        next_tasks(ann)


def test_a_text_everybody_skips_is_set_aside() -> None:
    target = make_room(texts=1, options=RoundOptions(most_skips=2))
    for name in ("ann", "bob"):
        person = sit(target, name)
        submit(person, take(person).key, Given(skip="unclear"))

    assert books(target) == [(0, 0, 0, "set_aside")]
    assert next_tasks(sit(target, "cem")) == []


def test_undo_puts_the_text_back_into_the_same_hands() -> None:
    target = make_room(texts=2)
    ann = sit(target)
    first = answer(ann, "news")

    back = undo(ann)

    assert (back.text, back.again, back.label) == (first.text, True, "news")
    assert [task.text for task in next_tasks(ann, count=1)] == [first.text]
    assert sum(votes_per_task(target)) == 0
    answer(ann, "joke", served=back)
    assert [row.label.name for row in ann.annotator.annotations.all() if row.label] == ["joke"]
    assert [(c.kind, c.before.name) for c in ann.annotator.changes.all() if c.before] == [
        ("undone", "news")
    ]


@pytest.mark.parametrize(
    ("options", "what"),
    [
        (RoundOptions(overlap=2, first=3), "within the overlap"),
        (RoundOptions(first=2, gamma=1.5), "1.5"),
        (RoundOptions(confidence=1.0), "between 0.5 and 1"),
        (RoundOptions(answers_each=0), "at least one"),
        (RoundOptions(lease_seconds=1), "30"),
        (RoundOptions(most_skips=0), "once"),
    ],
)
def test_a_round_that_cannot_be_meant_is_refused(options: RoundOptions, what: str) -> None:
    project = make_project()
    make_example(project)

    with pytest.raises(BadInput, match=what):
        open_round(project, options)

    assert not project.rounds.exists()


def test_a_round_without_texts_is_refused() -> None:
    with pytest.raises(NothingToDo, match="no texts"):
        open_round(make_project())


def test_two_requests_of_one_person_share_the_tasks_in_hand() -> None:
    target = make_room(texts=5)
    tabs = sit(target), sit(target)

    first, second = (next_tasks(tab) for tab in tabs)

    assert first == second
    assert Participation.objects.count() == 1
    assert Task.objects.filter(leased=1).count() == 2
