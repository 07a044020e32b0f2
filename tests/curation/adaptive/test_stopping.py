from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curation.adaptive.mixture import fit_weights
from curation.adaptive.rule import OverlapRule
from curation.adaptive.states import count_states, kind_of
from curation.adaptive.stopping import Forecast, cheapest, forecast, stopping

RULE = OverlapRule(gamma=0.7, first=1, most=6, confidence=0.95)
THREE = np.array([[3, 0, 0], [2, 1, 0], [1, 1, 1], [0, 0, 3], [0, 3, 0]])


def expected_of(rule: OverlapRule = RULE) -> Forecast:
    weights = fit_weights(THREE, kind=kind_of(3, rule))
    return forecast(count_states(3, rule), weights, rule)


def cost_of(expected: Forecast, stops: npt.NDArray[np.bool_], price: float) -> float:
    """Expected cost of an example without votes, by plain recursion over its votes."""
    states = expected.states

    @cache
    def cost(votes: int, row: int) -> float:
        if votes == RULE.most or row >= states.undecided(votes).stop:
            return 0.0
        if stops[row] and votes >= RULE.first:
            return price * float(expected.risk[row])
        number = row - states.starts[votes]
        ways = zip(expected.follows[votes][number], states.children[votes][number], strict=True)
        return 1 + sum(float(chance) * cost(votes + 1, int(after)) for chance, after in ways)

    return cost(0, 0)


def test_the_chance_to_be_kept_is_the_mean_over_the_votes_that_may_follow() -> None:
    expected = expected_of()

    for votes in range(RULE.most):
        after = expected.keeps[expected.states.children[votes]]
        mean = (expected.follows[votes] * after).sum(axis=1)
        assert expected.keeps[expected.states.undecided(votes)] == pytest.approx(mean)
        assert expected.follows[votes].sum(axis=1) == pytest.approx(1)


@settings(max_examples=20, deadline=None)
@given(price=st.floats(1, 1e4), bar=st.floats(0, 0.5), seed=st.integers(0, 10**6))
def test_no_other_stops_cost_less(price: float, bar: float, seed: int) -> None:
    expected = expected_of()
    ours = stopping(expected, RULE, price=price)
    plain = expected.risk <= bar  # stop as soon as the forecast is sure enough
    bearable = expected.risk <= 0.5  # the confidence is 0.95
    any_other = bearable & (np.random.default_rng(seed).random(len(plain)) < 0.5)

    cost = cost_of(expected, ours.stops, price)

    assert cost <= cost_of(expected, plain, price) + 1e-9
    assert cost <= cost_of(expected, any_other, price) + 1e-9
    promised = ours.further_votes[0] + price * (1 - ours.agreement[0])
    assert cost == pytest.approx(promised)


def test_no_single_decision_is_given_away() -> None:
    expected, rule = expected_of(), OverlapRule(gamma=0.7, first=1, most=6, confidence=0.98)

    stops = stopping(expected, rule, price=1.0).stops

    assert expected.risk[stops].max() <= 0.2 + 1e-9


def test_the_price_is_the_lowest_that_reaches_the_confidence() -> None:
    expected = expected_of()
    now = np.zeros(len(expected.risk))
    now[0] = 10

    found = cheapest(expected, RULE, now, decided=0)
    cheaper = stopping(expected, RULE, price=found.price / 1.1)

    assert found.agreement[0] >= RULE.confidence > cheaper.agreement[0]
    assert cheaper.further_votes[0] < found.further_votes[0] < RULE.most


def test_more_confidence_takes_more_votes_and_decided_examples_save_some() -> None:
    def votes(confidence: float, decided: int) -> float:
        rule = OverlapRule(gamma=0.7, first=1, most=9, confidence=confidence)
        expected = expected_of(rule)
        now = np.zeros(len(expected.risk))
        now[0] = 10
        return float(cheapest(expected, rule, now, decided=decided).further_votes[0])

    needed = [votes(confidence, 0) for confidence in (0.8, 0.9, 0.95, 0.99)]

    assert needed == sorted(needed)
    assert needed[0] < votes(0.95, 10) < needed[2]
