"""When one more vote is worth asking for.

Stopping at a state risks that the full overlap decides otherwise; asking costs a vote. `stopping`
weighs the two by a price in votes for a decision that turns out different, and works backwards
from the full overlap (dynamic programming); `cheapest` finds the lowest price at which enough
decisions are expected to be the same.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from curation.adaptive.likelihood import Floats, log_chances
from curation.adaptive.rule import TOLERANCE, OverlapRule
from curation.adaptive.states import CountStates

LOWEST_PRICE, HIGHEST_PRICE = 1.0, 1e8  # votes for a different decision
PRECISION = 1.05  # a price is found up to this factor
WORST = 10.0  # the risk of a single stop, in multiples of the average the rule allows


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """What is to be expected of an example in each of S states."""

    states: CountStates
    keeps: Floats  # (S,) probability that the full overlap keeps
    risk: Floats  # (S,) probability that it decides otherwise than the votes so far
    follows: tuple[Floats, ...]  # by number of votes: (S_t, C) probability of the next vote


@dataclass(frozen=True, kw_only=True)
class Stopping:
    """Where to stop, and what that leads to from each of S states."""

    price: float
    stops: npt.NDArray[np.bool_]  # (S,)
    further_votes: Floats  # (S,) expected
    agreement: Floats  # (S,) probability that the decision will equal the full overlap's


def forecast(states: CountStates, weights: Floats, rule: OverlapRule) -> Forecast:
    """Probabilities of the next vote and of the final decision, in every state.

    Args:
        weights: (J,) of the mixture of shares.
    """
    logs = log_chances(states.kind, states.rows, weights)
    keeps, follows = (states.top >= rule.needed).astype(float), []
    for votes in range(rule.most):
        chance = np.exp(logs[states.children[votes]] - logs[states.undecided(votes)][:, None])
        follows.append(chance / chance.sum(axis=1, keepdims=True))
    for votes in range(rule.most - 1, -1, -1):
        expected = (follows[votes] * keeps[states.children[votes]]).sum(axis=1)
        keeps[states.undecided(votes)] = expected.clip(0, 1)
    kept_now = states.top >= (rule.gamma - TOLERANCE) * states.rows.sum(axis=1)
    return Forecast(
        states=states,
        keeps=keeps,
        risk=np.where(kept_now, 1 - keeps, keeps),
        follows=tuple(follows),
    )


def stopping(expected: Forecast, rule: OverlapRule, *, price: float) -> Stopping:
    """The stops that cost least when a different decision costs as much as `price` votes.

    Never before `rule.first` votes, always where no further vote can change the decision, and
    nowhere at a risk of more than a half or of ten times what the rule allows on average. That
    hardly ever binds; it stops a round that has certainty to spare from giving decisions away.
    """
    states, number = expected.states, len(expected.risk)
    bearable = min(0.5, WORST * (1 - rule.confidence))
    cost, agreement, stops = np.zeros(number), np.ones(number), np.ones(number, dtype=bool)
    for votes in range(rule.most - 1, -1, -1):
        here, after = states.undecided(votes), states.children[votes]
        chance, risk = expected.follows[votes], expected.risk[here]
        going_on = 1 + np.einsum("sc,sc->s", chance, cost[after])
        stop = (price * risk <= going_on) & (risk <= bearable) & (votes >= rule.first)
        cost[here] = np.where(stop, price * risk, going_on)
        same = np.einsum("sc,sc->s", chance, agreement[after])
        agreement[here] = np.where(stop, 1 - risk, same)
        stops[here] = stop
    further = np.maximum(cost - price * (1 - agreement), 0)  # what is not the price of mistakes
    return Stopping(price=price, stops=stops, further_votes=further, agreement=agreement)


def cheapest(expected: Forecast, rule: OverlapRule, now: Floats, *, decided: int) -> Stopping:
    """The stops at the lowest price that reach the rule's confidence on average over examples.

    Args:
        now: (S,) examples in each undecided state.
        decided: examples whose decision is certain.

    Where no example is undecided, the plan is for examples without votes.
    """
    if not now.any():
        now, decided = np.eye(1, len(now))[0], 0
    here = np.flatnonzero(now)
    allowed = (1 - rule.confidence) * (now.sum() + decided)  # different decisions
    best = stopping(expected, rule, price=HIGHEST_PRICE)
    low, high = LOWEST_PRICE, HIGHEST_PRICE
    while high / low > PRECISION:
        middle = float(np.sqrt(low * high))
        tried = stopping(expected, rule, price=middle)
        if now[here] @ (1 - tried.agreement[here]) <= allowed:
            best, high = tried, middle
        else:
            low = middle
    return best
