from __future__ import annotations

import json
from itertools import permutations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curation.adaptive import OverlapRule, OverlapRuleError, StoppingPlan, fit_plan
from curation.agreement.counts import Counts
from curation.datasets import Judged, Policy, drop_reasons

FIVE = OverlapRule(gamma=0.8, first=2, most=5)


def plan_of(*rows: list[int], rule: OverlapRule = FIVE) -> StoppingPlan:
    return fit_plan(np.array(rows), rule)


def test_what_further_votes_cannot_change_is_settled_for_certain() -> None:
    plan = plan_of([0, 0])

    kept, dropped = plan.verdict([4, 0]), plan.verdict([2, 2])

    assert (kept.decision, kept.keep_probability) == ("keep", 1.0)
    assert (dropped.decision, dropped.keep_probability) == ("drop", 0.0)


def test_it_is_open_before_the_first_votes_are_in() -> None:
    plan = plan_of(*[[5, 0]] * 500)

    assert [plan.verdict(counts).decision for counts in ([0, 0], [1, 0])] == ["open", "open"]
    assert plan.verdict([2, 0]).decision == "keep"


def test_where_people_always_agree_two_votes_are_enough() -> None:
    agreeing, disputed = plan_of(*[[2, 0]] * 500), plan_of(*[[2, 0]] * 300, *[[1, 1]] * 200)

    assert agreeing.verdict([2, 0]).decision == "keep"
    assert disputed.verdict([2, 0]).decision == "open"
    assert agreeing.expected_votes == pytest.approx(2, abs=0.01)
    assert disputed.expected_votes > 3


def test_all_votes_decide_whatever_their_number() -> None:
    plan = plan_of([1, 0])

    assert plan.verdict([4, 1]).decision == "keep"
    assert plan.verdict([3, 2]).decision == "drop"
    assert plan.verdict([5, 1]).decision == "keep"  # 5 of 6 votes
    assert plan.verdict([5, 2]).decision == "drop"  # 5 of 7 votes


@settings(max_examples=60, deadline=None)
@given(
    gamma=st.sampled_from([0.4, 0.5, 0.6, 2 / 3, 0.7, 0.8, 0.9, 1.0]),
    most=st.integers(1, 6),
    counts=st.lists(st.integers(0, 3), min_size=2, max_size=3),
)
def test_certainty_is_what_trying_all_further_votes_finds(
    gamma: float, most: int, counts: list[int]
) -> None:
    n_labels, votes = len(counts), sum(counts)
    plan = fit_plan(
        np.array([counts, [0] * n_labels]), OverlapRule(gamma=gamma, first=1, most=most)
    )
    verdict = plan.verdict(counts)
    if votes > most:
        return
    ends = {
        max(np.bincount([*further], minlength=n_labels) + counts) >= gamma * most - 1e-9
        for further in product(range(n_labels), repeat=most - votes)
    }

    says = "keep" if votes and max(counts) >= gamma * votes - 1e-9 else "drop"
    if len(ends) == 2:
        assert 0 < verdict.keep_probability < 1
        assert verdict.decision in {says, "open"}
    else:
        assert verdict.keep_probability == pytest.approx(float(*ends))
        if ends == {says == "keep"} and votes:
            assert verdict.decision == says
        else:  # kept in the end whatever comes, but not yet by the votes so far
            assert verdict.decision == "open"


@given(st.permutations([4, 1, 0, 2]))
def test_labels_that_were_voted_on_alike_are_treated_alike(counts: list[int]) -> None:
    rule = OverlapRule(gamma=0.6, first=2, most=12)
    rows = [list(row) for row in {*permutations([3, 1, 0, 0]), *permutations([0, 2, 0, 0])}]
    plan = plan_of(*rows, rule=rule)

    one, other = plan.verdict(counts), plan.verdict([0, 1, 2, 4])

    assert one.keep_probability == pytest.approx(other.keep_probability)
    assert one.decision == other.decision


def test_a_label_people_agree_on_settles_sooner_than_one_they_dispute() -> None:
    counts = np.array([[4, 0, 0]] * 60 + [[0, 4, 0], [0, 2, 2], [1, 2, 1]] * 20)
    plan = fit_plan(counts, OverlapRule(gamma=0.8, first=2, most=10))

    agreed, disputed = plan.verdict([3, 0, 0]), plan.verdict([0, 3, 0])
    assert (agreed.decision, disputed.decision) == ("keep", "open")
    assert agreed.keep_probability > disputed.keep_probability + 0.05


def test_two_labels_with_mirrored_votes_get_mirrored_verdicts() -> None:
    rule = OverlapRule(gamma=0.7, first=2, most=10)
    rows = [[3, 0], [2, 1]] * 20
    plan = plan_of(*rows, *[row[::-1] for row in rows], rule=rule)
    every = np.array([[a, b] for a, b in product(range(6), repeat=2)])

    straight, mirrored = plan.verdicts(every), plan.verdicts(every[:, ::-1])

    assert straight.keep_probability == pytest.approx(mirrored.keep_probability)
    assert (straight.decision == mirrored.decision).mean() > 0.9  # ties may fall either way


def test_a_settled_decision_is_the_policys_on_the_same_votes() -> None:
    rng = np.random.default_rng(1)
    counts = rng.integers(0, 6, size=(400, 2))
    counts = counts[counts.sum(axis=1) > 1]
    rule = OverlapRule(gamma=0.7, first=2, most=12, confidence=0.9)
    verdicts = fit_plan(counts, rule).verdicts(counts)
    votes = counts.sum(axis=1)

    judged = Judged(
        external_id=[str(row) for row in range(len(counts))],
        label=counts.argmax(axis=1),
        agreement=counts.max(axis=1) / votes,
        entropy=np.zeros(len(counts)),
        probability=np.ones(len(counts)),
        n_votes=votes,
    )
    reasons = drop_reasons(judged, Policy(threshold=0.7))

    settled = verdicts.decision != "open"
    assert 0 < settled.sum() < len(counts)
    assert ((reasons == "") == (verdicts.decision == "keep"))[settled].all()


def test_a_plan_survives_being_stored() -> None:
    plan = plan_of([3, 0], [1, 1], [2, 0], rule=OverlapRule(gamma=0.6, first=2, most=20))
    stored = json.dumps(plan.as_json())

    again = StoppingPlan.from_json(json.loads(stored))

    assert again == plan
    assert len(stored) < 5_000
    every = np.array([[a, b] for a, b in product(range(11), repeat=2)])
    assert (again.verdicts(every).decision == plan.verdicts(every).decision).all()


def test_a_plan_of_another_version_is_refused() -> None:
    stored = plan_of([1, 0]).as_json()

    with pytest.raises(OverlapRuleError, match="another version; fit it anew"):
        StoppingPlan.from_json({**stored, "weights": stored["weights"][:-1]})


@pytest.mark.parametrize("counts", [np.zeros((0, 2), dtype=int), np.array([[6, 0]])])
def test_there_is_a_plan_without_examples_and_when_nothing_is_left_to_ask(
    counts: Counts,
) -> None:
    plan = fit_plan(counts, FIVE)

    assert plan.verdict([1, 1]).decision == "open"
    assert plan.verdict([3, 2]).decision == "drop"


def test_the_forecast_counts_votes_that_are_there_and_votes_to_come() -> None:
    done = plan_of(*[[5, 0]] * 10)
    begun = plan_of([0, 0], [1, 0], [2, 0])

    assert (done.expected_votes, done.expected_agreement) == (5.0, 1.0)
    assert 2 < begun.expected_votes <= 5
    assert 0.98 <= begun.expected_agreement <= 1


def test_votes_on_other_labels_than_the_plans_are_refused() -> None:
    plan = plan_of([1, 0])

    with pytest.raises(OverlapRuleError, match="fitted for 2 labels, but there are votes on 3"):
        plan.verdict([1, 0, 0])


def test_many_examples_are_grouped_by_their_votes() -> None:
    counts = np.random.default_rng(0).integers(0, 2, size=(100_000, 3))

    plan = fit_plan(counts, OverlapRule(gamma=0.8, first=2, most=5))

    assert plan.verdicts(counts).decision.shape == (100_000,)
