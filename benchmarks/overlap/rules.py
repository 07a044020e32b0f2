"""Rules that say when an example has votes enough: ours, a fixed overlap, posteriors of the label.

Every rule sees only the votes asked for so far. It returns how many votes each example got and
whether it is kept.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from benchmarks.overlap.posterior import LabelPosterior
from benchmarks.overlap.votes import Arrival, Whole
from curation.adaptive import OverlapRule, StoppingPlan, plan_with
from curation.adaptive.mixture import fit_weights
from curation.adaptive.states import decided, kind_of
from curation.adaptive.stopping import Stopping
from curation.agreement.counts import Counts

Stops = Callable[[StoppingPlan, Counts], Stopping]
Flags = npt.NDArray[np.bool_]
GROWTH = 1.2  # a plan is fitted anew when votes have grown by this factor, as in a round


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a rule did in one order of arrival."""

    asked: Whole  # (T,) votes each example got
    keep: Flags  # (T,)
    expected: float = float("nan")  # share of equal decisions it expected, where it says one


def kept(counts: Counts, gamma: float) -> Flags:
    """Whether a_i ≥ γ."""
    return np.asarray(counts.max(axis=1) >= (gamma - 1e-9) * counts.sum(axis=1))


def fixed(arrival: Arrival, gamma: float, *, votes: int) -> Outcome:
    """The same number of votes on every example."""
    asked = np.minimum(votes, arrival.overlap)
    return Outcome(asked=asked, keep=kept(arrival.counts(asked), gamma))


def posterior(arrival: Arrival, *, label: LabelPosterior, first: int, threshold: float) -> Whole:
    """(T,) votes until the most probable label's posterior reaches the threshold.

    All posteriors are computed anew after every vote per open example.
    """
    asked = np.minimum(first, arrival.overlap)
    while True:
        top = label(arrival.seen(asked)).max(axis=1)
        still_open = (top < threshold) & (asked < arrival.overlap)
        if not still_open.any():
            return asked
        asked = asked + still_open


def by_forecast(arrival: Arrival, gamma: float, asked: Whole) -> Outcome:
    """The votes some other rule asked for, decided by our forecast instead of a_i on them."""
    plans = Plans.fit(arrival, asked, gamma, first=1, confidence=0.98)
    return Outcome(asked=asked, keep=plans.likely_kept(arrival.counts(asked)))


def adaptive(
    arrival: Arrival, gamma: float, *, first: int, confidence: float, stops: Stops | None = None
) -> Outcome:
    """Our rule, or another way to stop on the same forecasts.

    Where the full overlap differs between examples, each knows its own: the mixture is fitted on
    all examples, and a plan for those of each full overlap.
    """
    asked = np.minimum(first, arrival.overlap)
    plans = Plans.fit(arrival, asked, gamma, first=first, confidence=confidence, stops=stops)
    fitted_on = asked.sum()
    while True:
        still_open = plans.still_open(arrival.counts(asked))
        if not still_open.any() and asked.sum() == fitted_on:
            break
        if still_open.any() and asked.sum() <= GROWTH * fitted_on:
            asked = asked + still_open
            continue
        fitted_on = asked.sum()
        plans = Plans.fit(arrival, asked, gamma, first=first, confidence=confidence, stops=stops)
        asked = asked + plans.still_open(arrival.counts(asked))
    counts = arrival.counts(asked)
    return Outcome(asked=asked, keep=kept(counts, gamma), expected=plans.expected(counts))


@dataclass(frozen=True, kw_only=True)
class Plans:
    """A plan for the examples of each full overlap."""

    overlap: Whole
    plans: dict[int, StoppingPlan]
    stops: dict[int, Stopping]

    @classmethod
    def fit(
        cls,
        arrival: Arrival,
        asked: Whole,
        gamma: float,
        *,
        first: int,
        confidence: float,
        stops: Stops | None = None,
    ) -> Plans:
        counts, overlap = arrival.counts(asked), arrival.overlap
        plans, weights = {}, {}
        for most in np.unique(overlap).tolist():
            rule = OverlapRule(
                gamma=gamma, first=min(first, most), most=most, confidence=confidence
            )
            kind = kind_of(counts.shape[1], rule)
            if kind not in weights:
                weights[kind] = fit_weights(counts, kind=kind)
            plans[most] = plan_with(weights[kind], counts[overlap == most], rule)
        found = {
            most: stops(plan, counts[overlap == most]) if stops else plan.tables[1]
            for most, plan in plans.items()
        }
        return cls(overlap=overlap, plans=plans, stops=found)

    def still_open(self, counts: Counts) -> Flags:
        found = np.zeros(len(counts), dtype=bool)
        for most, plan in self.plans.items():
            rows = np.flatnonzero((self.overlap == most) & ~decided(counts, plan.rule))
            places = plan.tables[0].states.positions(counts[rows])
            found[rows] = ~self.stops[most].stops[places]
        return found

    def likely_kept(self, counts: Counts) -> Flags:
        found = np.zeros(len(counts), dtype=bool)
        for most, plan in self.plans.items():
            rows = self.overlap == most
            found[rows] = plan.verdicts(counts[rows]).keep_probability >= 0.5
        return found

    def expected(self, counts: Counts) -> float:
        """Share of decisions expected to equal the full overlap's."""
        different = 0.0
        for most, plan in self.plans.items():
            rows = np.flatnonzero((self.overlap == most) & ~decided(counts, plan.rule))
            places = plan.tables[0].states.positions(counts[rows])
            different += float((1 - self.stops[most].agreement[places]).sum())
        return 1 - different / len(counts)
