"""Tasks that measure the annotator: they come in between, and are never votes."""

from __future__ import annotations

from collections import Counter

import pytest

from curation import frames
from curation.assignment import Checks
from curation.errors import BadInput, NothingToDo
from curation.models import Annotation, AnnotationRound, Participation, Task
from curation.services.annotating.answering import Given, submit
from curation.services.annotating.progress import standing_of
from curation.services.annotating.rounds import RoundOptions, open_round
from curation.services.annotating.serving import next_tasks
from curation.services.annotating.taking_back import undo
from tests.curation.annotating.room import add_known, answer, sit, work_through
from tests.factories import make_example, make_project

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """These tests answer faster than people."""
    monkeypatch.setattr("curation.services.annotating.answering.AT_ONCE", 1e9)


def make_checked_room(
    checks: Checks, *, texts: int = 60, known: int = 20, attention: int = 0
) -> AnnotationRound:
    project = make_project(overlap=3)
    for number in range(texts):
        make_example(project, f"text {number}", intended="joke" if number % 2 else "news")
    add_known(project, known)
    add_known(project, attention, attention=True) if attention else None
    return open_round(project, RoundOptions(checks=checks))


def purposes(target: AnnotationRound) -> Counter[str]:
    return Counter(Annotation.objects.values_list("task__purpose", flat=True))


def test_known_answers_come_in_between_and_are_no_votes() -> None:
    target = make_checked_room(Checks(gold=0.2))

    work_through(sit(target))

    counted = purposes(target)
    assert counted["vote"] == 60
    assert 5 <= counted["gold"] <= 20
    assert frames.project_votes(target.project, split="pool").votes.n_tasks == 60
    assert Annotation.objects.votes().count() == 60


def test_nobody_gets_a_known_text_twice() -> None:
    target = make_checked_room(Checks(gold=0.5), known=3)

    work_through(sit(target))

    assert purposes(target)["gold"] == 3


def test_a_text_is_repeated_to_the_same_person_after_a_while() -> None:
    target = make_checked_room(Checks(repeat=0.3), known=0)

    work_through(sit(target))

    order = list(Annotation.objects.order_by("pk").values_list("task__example", "task__purpose"))
    repeats = [place for place, (_, purpose) in enumerate(order) if purpose == "repeat"]
    assert len(repeats) >= 8
    for place in repeats:
        first = order.index((order[place][0], "vote"))
        assert place - first > 8
    assert len({order[place][0] for place in repeats}) == len(repeats)


def test_attention_texts_are_apart_from_known_ones() -> None:
    target = make_checked_room(Checks(attention=0.2), known=5, attention=10)

    work_through(sit(target))

    counted = purposes(target)
    assert counted["attention"] >= 4
    assert "gold" not in counted


def test_who_passes_the_qualification_goes_on() -> None:
    target = make_checked_room(Checks(qualification=4, pass_share=0.75))
    ann = sit(target)

    for _ in range(4):
        answer(ann, "joke")

    assert ann.state == Participation.State.WORKING
    assert purposes(target) == Counter(qualification=4)
    assert ann.answered == 0
    assert next_tasks(ann)


def test_who_fails_the_qualification_is_thanked_and_gets_nothing() -> None:
    target = make_checked_room(Checks(qualification=4, pass_share=0.75))
    ann = sit(target)

    for label in ("joke", "news", "news", "joke"):
        answer(ann, label)

    assert ann.state == Participation.State.REFUSED
    assert next_tasks(ann) == []
    assert "differ" in standing_of(ann).sentence


def test_qualification_answers_can_be_taken_back_until_it_is_over() -> None:
    target = make_checked_room(Checks(qualification=2, pass_share=1.0))
    ann = sit(target)
    answer(ann, "news")

    again = undo(ann)
    submit(ann, again.key, Given(label="joke"))
    answer(ann, "joke")

    assert ann.state == Participation.State.WORKING


def test_the_prefetched_task_does_not_pass_the_end_of_the_qualification() -> None:
    target = make_checked_room(Checks(qualification=1))
    ann = sit(target)

    served = next_tasks(ann, count=2)

    assert len(served) == 1
    assert Task.objects.filter(leased__gt=0).count() == 0


@pytest.mark.parametrize(
    ("checks", "what"),
    [(Checks(gold=0.1), "--split check"), (Checks(attention=0.1), "--attention")],
)
def test_checks_without_texts_for_them_are_refused(checks: Checks, what: str) -> None:
    with pytest.raises(NothingToDo, match=what):
        make_checked_room(checks, known=0)


def test_known_texts_of_the_qualification_do_not_come_again_while_there_are_others() -> None:
    target = make_checked_room(Checks(qualification=6, pass_share=0, gold=0.3), texts=20, known=24)
    ann = sit(target)

    work_through(ann)

    known = Annotation.objects.exclude(task__purpose="vote").values_list("task__example", flat=True)
    assert purposes(target)["gold"] >= 3
    assert len(set(known)) == len(known)


def test_a_qualification_longer_than_the_known_texts_is_refused() -> None:
    with pytest.raises(BadInput, match="only 3"):
        make_checked_room(Checks(qualification=5), known=3)
