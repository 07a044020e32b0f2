"""When one more vote is worth asking for.

Stopping at a state risks that the full overlap decides otherwise; asking costs a vote. `stopping`
weighs the two by a price in votes for a decision that turns out different, and works backwards
from the full overlap (dynamic programming); `cheapest` finds the lowest price at which enough
decisions are expected to be the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from curation.adaptive.mixture import Floats, log_likelihood
from curation.adaptive.rule import TOLERANCE, OverlapRule
from curation.adaptive.states import CountStates, count_states
from curation.agreement.counts import Counts

LOWEST_PRICE, HIGHEST_PRICE = 1.0, 1e8  # votes for a different decision
PRECISION = 1.02  # a price is found up to this factor
WORST = 10.0  # the risk of a single stop, in multiples of the average the rule allows
BATCH = 20_000  # states at a time, for memory


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
    follows = _follows(states, weights)
    keeps = _keeps(states, follows, rule)
    return Forecast(
        states=states,
        keeps=keeps,
        risk=np.where(_kept_now(states, rule), 1 - keeps, keeps),
        follows=follows,
    )


def _follows(states: CountStates, weights: Floats) -> tuple[Floats, ...]:
    logs = _log_chances(states, weights)
    follows = []
    for votes, children in enumerate(states.children):
        after = states.starts[votes + 1] + children
        chance = np.exp(logs[after] - logs[states.level(votes)][:, None])
        follows.append(chance / chance.sum(axis=1, keepdims=True))
    return tuple(follows)


def _log_chances(states: CountStates, weights: Floats) -> Floats:
    """(S,) log probability of one sequence of each state's votes."""
    if states.starts[-1] <= BATCH:
        peak, scaled = _scaled_states(states.width, states.most)
        return np.asarray(peak + np.log(scaled @ weights))
    rows, logs = np.concatenate(states.levels), np.empty(states.starts[-1])
    for start in range(0, len(rows), BATCH):
        peak, scaled = _scaled(states, rows[start : start + BATCH])
        logs[start : start + BATCH] = peak + np.log(scaled @ weights)
    return logs


@lru_cache(maxsize=4)  # at most 12 MB each; the same for every fit
def _scaled_states(width: int, most: int) -> tuple[Floats, Floats]:
    states = count_states(width, most)
    return _scaled(states, np.concatenate(states.levels))


def _scaled(states: CountStates, rows: Counts) -> tuple[Floats, Floats]:
    """(R,) logarithm of the largest likelihood, (R, J) likelihoods relative to it."""
    logs = log_likelihood(states, rows)
    peak = logs.max(axis=1)
    return peak, np.exp(logs - peak[:, None])


def _keeps(states: CountStates, follows: tuple[Floats, ...], rule: OverlapRule) -> Floats:
    chances = [(_top(states, rule.most) >= rule.needed).astype(float)]
    for votes in range(rule.most - 1, -1, -1):
        expected = (follows[votes] * chances[-1][states.children[votes]]).sum(axis=1)
        top = _top(states, votes)
        certain = top >= rule.needed
        lost = top + rule.most - votes < rule.needed
        chances.append(np.where(certain, 1.0, np.where(lost, 0.0, expected.clip(0, 1))))
    return np.concatenate(chances[::-1])


def _top(states: CountStates, votes: int) -> npt.NDArray[np.int64]:
    """Votes of the label that decides; with "leader" the rest can never decide."""
    level = states.levels[votes]
    return level[:, 0] if states.kind == "leader" else level.max(axis=1)


def _kept_now(states: CountStates, rule: OverlapRule) -> npt.NDArray[np.bool_]:
    """Whether a_i ≥ γ on the votes so far."""
    return np.concatenate(
        [
            _top(states, votes) >= (rule.gamma - TOLERANCE) * max(votes, 1)
            for votes in range(rule.most + 1)
        ]
    )


def stopping(expected: Forecast, rule: OverlapRule, *, price: float) -> Stopping:
    """The stops that cost least when a different decision costs as much as `price` votes.

    Never before `rule.first` votes, always where no further vote can change the decision, and
    nowhere at a risk of more than a half or of ten times what the rule allows on average. That
    hardly ever binds; it stops a round that has certainty to spare from giving decisions away.
    """
    states, number = expected.states, expected.states.starts[-1]
    bearable = min(0.5, WORST * (1 - rule.confidence))
    cost, further = np.zeros(number), np.zeros(number)
    agreement, stops = np.ones(number), np.ones(number, dtype=bool)
    for votes in range(rule.most - 1, -1, -1):
        here = states.level(votes)
        after = states.starts[votes + 1] + states.children[votes]
        chance = expected.follows[votes]
        risk = expected.risk[here]
        going_on = 1 + (chance * cost[after]).sum(axis=1)
        stop = (price * risk <= going_on) & (risk <= bearable) & (votes >= rule.first)
        cost[here] = np.where(stop, price * risk, going_on)
        further[here] = np.where(stop, 0, 1 + (chance * further[after]).sum(axis=1))
        agreement[here] = np.where(stop, 1 - risk, (chance * agreement[after]).sum(axis=1))
        stops[here] = stop
    return Stopping(price=price, stops=stops, further_votes=further, agreement=agreement)


def cheapest(expected: Forecast, rule: OverlapRule, now: Floats) -> Stopping:
    """The stops at the lowest price that reach the rule's confidence on average over examples.

    Args:
        now: (S,) examples in each state, at least one in all.
    """
    here = np.flatnonzero(now)
    share = now[here] / now.sum()
    best = stopping(expected, rule, price=HIGHEST_PRICE)
    low, high = LOWEST_PRICE, HIGHEST_PRICE
    while high / low > PRECISION:
        middle = float(np.sqrt(low * high))
        tried = stopping(expected, rule, price=middle)
        if share @ tried.agreement[here] >= rule.confidence:
            best, high = tried, middle
        else:
            low = middle
    return best
