"""Stopping by a bar on each example's own risk, without looking ahead: what our rule is held to.

At a state the risk is the probability that the full overlap decides otherwise than the votes so
far. These rules stop as soon as it is at most `bar`: 1 − confidence for every single example, or
one bar found so that the average over the examples meets the confidence.
"""

from __future__ import annotations

import numpy as np

from curation.adaptive import OverlapRule, StoppingPlan
from curation.adaptive.states import decided
from curation.adaptive.stopping import Forecast, Stopping
from curation.agreement.counts import Counts

STEPS = 14


def each_alone(plan: StoppingPlan, counts: Counts) -> Stopping:
    """Every example is asked about until its own forecast reaches the confidence."""
    expected, _ = plan.tables
    return _below(expected, plan.rule, 1 - plan.rule.confidence)


def on_average(plan: StoppingPlan, counts: Counts) -> Stopping:
    """One bar for all examples, as high as the average of these (T, K) examples allows."""
    expected, _ = plan.tables
    places = expected.states.positions(counts[~decided(counts, plan.rule)])
    allowed = (1 - plan.rule.confidence) * len(counts)
    low, high = 1e-6, 0.5
    best = _below(expected, plan.rule, low)
    for _ in range(STEPS):
        bar = float(np.sqrt(low * high))
        tried = _below(expected, plan.rule, bar)
        if (1 - tried.agreement[places]).sum() <= allowed:
            best, low = tried, bar
        else:
            high = bar
    return best


def _below(expected: Forecast, rule: OverlapRule, bar: float) -> Stopping:
    states = expected.states
    stops = expected.risk <= bar + 1e-12
    stops[: states.starts[rule.first]] = False
    further, agreement = np.zeros(len(stops)), 1 - expected.risk
    for votes in range(rule.most - 1, -1, -1):
        here, after = states.undecided(votes), states.children[votes]
        stop, chance = stops[here], expected.follows[votes]
        more = 1 + (chance * further[after]).sum(axis=1)
        further[here] = np.where(stop, 0, more)
        same = (chance * agreement[after]).sum(axis=1)
        agreement[here] = np.where(stop, agreement[here], same)
    return Stopping(price=float("nan"), stops=stops, further_votes=further, agreement=agreement)
