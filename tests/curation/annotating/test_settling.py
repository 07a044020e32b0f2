"""Adaptive rounds: more votes only where keeping or dropping is open."""

from __future__ import annotations

import pytest

from curation.models import AnnotationRound, Task
from curation.services.annotating import settling
from curation.services.annotating.rounds import RoundOptions, open_round
from curation.services.annotating.saved import votes_saved
from curation.services.annotating.settling import needs_plan, plan_of, settle_round
from curation.services.annotating.simulating import play_round
from curation.services.annotating.taking_back import undo
from curation.services.annotating.upkeep import look_after_rounds
from curation.simulation import SimulatedCrowd
from tests.curation.annotating.room import answer, books, make_room, sit, take, votes_per_task
from tests.factories import make_example, make_project

pytestmark = pytest.mark.django_db

FIVE = RoundOptions(overlap=5, first=3, gamma=0.8)


@pytest.fixture(autouse=True)
def no_plans_from_other_tests() -> None:
    settling._plans.clear()


def vote(target: AnnotationRound, labels: str) -> None:
    """Each letter is an answer by a person of its own to the one text there is: j or n."""
    start = sum(votes_per_task(target))
    for number, letter in enumerate(labels, start=start):
        answer(sit(target, f"p{number}"), "joke" if letter == "j" else "news")


def test_a_dispute_that_can_no_longer_reach_the_threshold_gets_no_more_votes() -> None:
    target = make_room(texts=1, options=FIVE)

    vote(target, "jjnn")

    assert books(target) == [(4, 0, 0, "settled")]  # 3 of 5 at most: below 0.8 whatever comes


def test_an_open_decision_is_asked_of_one_more_person() -> None:
    target = make_room(texts=1, options=FIVE)

    vote(target, "jjn")

    assert books(target) == [(3, 0, 1, "open")]  # 4 of 5 can still be reached, and missed


def test_nothing_is_asked_beyond_the_overlap() -> None:
    target = make_room(texts=1, options=FIVE)

    vote(target, "jjnjj")

    assert books(target) == [(5, 0, 0, "full")]


def test_a_vote_taken_back_opens_the_decision_for_the_same_person() -> None:
    target = make_room(texts=1, options=FIVE)
    vote(target, "jjn")
    ann = sit(target, "ann")
    answer(ann, "news")
    assert books(target) == [(4, 0, 0, "settled")]

    undo(ann)

    assert books(target) == [(3, 1, 0, "open")]
    answer(ann, "joke")
    assert books(target)[0][0] == 4


def test_the_first_votes_are_given_at_the_same_time_but_never_too_many() -> None:
    target = make_room(texts=1, options=FIVE)

    in_hand = [take(sit(target, f"p{number}")) for number in range(3)]

    assert len(in_hand) == 3
    assert books(target) == [(0, 3, 0, "open")]


def make_simulated(texts: int = 40) -> AnnotationRound:
    project = make_project(overlap=9)
    for number in range(texts):
        make_example(project, name=f"e{number}", intended="joke" if number % 2 else "news")
    return open_round(project, RoundOptions(first=3, gamma=0.7), simulated=True)


def test_an_adaptive_round_ends_with_fewer_votes_than_a_fixed_one() -> None:
    target = make_simulated()
    crowd = SimulatedCrowd.of({"ordinary": 12}, labels=["joke", "news"], seed=3)

    play_round(target, crowd)

    votes = votes_per_task(target)
    assert min(votes) >= 3
    assert max(votes) <= 9
    saved = votes_saved(target)
    assert saved.done == 40
    assert saved.votes + saved.saved == 40 * 9
    assert saved.saved > 40


def test_the_plan_is_fitted_anew_as_votes_come_and_says_who_is_still_asked() -> None:
    target = make_simulated()
    crowd = SimulatedCrowd.of({"ordinary": 12}, labels=["joke", "news"], seed=3)
    play_round(target, crowd)
    AnnotationRound.objects.update(plan=None, plan_votes=0, planned_at=None)
    target.refresh_from_db()
    assert needs_plan(target)
    assert look_after_rounds() == [target]

    wanting = settle_round(target)

    target.refresh_from_db()
    assert target.plan_votes == sum(votes_per_task(target))
    assert not needs_plan(target)
    due = target.tasks.filter(due__gt=0).order_by("pk").values_list("pk", flat=True)
    assert wanting == list(due)
    decisions = [plan_of(target).verdict(settling._counts_of(target, task)).decision
                 for task in target.tasks.filter(state=Task.State.SETTLED)]  # fmt: skip
    assert "open" not in decisions


def test_a_plan_fitted_by_another_process_is_taken_up() -> None:
    target = make_room(texts=2, options=FIVE)
    before = plan_of(target)
    settle_round(AnnotationRound.objects.get(pk=target.pk))

    fresh = AnnotationRound.objects.get(pk=target.pk)

    assert plan_of(fresh) is not before
    assert plan_of(fresh) is plan_of(fresh)


def test_a_fixed_round_needs_no_plan() -> None:
    target = make_room(texts=1)

    assert settle_round(target) == []
    assert not needs_plan(target)


@pytest.mark.parametrize("stored", [{}, {"rule": {"gamma": 0.8}, "weights": [1.0]}])
def test_a_plan_of_another_version_is_fitted_anew(stored: dict[str, object]) -> None:
    target = make_room(texts=1, options=FIVE)
    vote(target, "jj")
    AnnotationRound.objects.update(plan=stored, planned_at="2026-01-01T00:00:00Z", plan_votes=2)
    target.refresh_from_db()

    vote(target, "n")

    assert books(target) == [(3, 0, 1, "open")]
    target.refresh_from_db()
    assert target.plan["rule"]["most"] == 5
