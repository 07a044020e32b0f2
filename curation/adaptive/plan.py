"""A fitted plan: for the votes of any example, whether its decision is open or settled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from curation.adaptive.likelihood import Floats
from curation.adaptive.mixture import fit_weights, n_weights
from curation.adaptive.rule import TOLERANCE, OverlapRule, OverlapRuleError
from curation.adaptive.states import count_states, decided, kind_of
from curation.adaptive.stopping import Forecast, Stopping, cheapest, forecast, stopping
from curation.agreement.counts import Counts

OPEN, KEEP, DROP = "open", "keep", "drop"


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What is known of one example's decision."""

    decision: str  # "keep", "drop", or "open": one more vote is wanted
    keep_probability: float  # that the full overlap would keep it, in [0, 1]


@dataclass(frozen=True, kw_only=True)
class Verdicts:
    """Verdicts on T examples, as columns."""

    decision: npt.NDArray[np.str_]  # (T,) "keep", "drop" or "open"
    keep_probability: npt.NDArray[np.float64]  # (T,) in [0, 1]


@dataclass(frozen=True, kw_only=True)
class StoppingPlan:
    """Where to stop asking, fitted on a project's votes so far.

    A settled decision is always what the votes so far say, keep iff a_i ≥ γ, so a policy with the
    same γ decides like the plan. It holds a few dozen numbers; the tables behind `verdict` are
    computed at first use (milliseconds for 20 votes, see docs/results/adaptive_overlap.md).
    """

    rule: OverlapRule
    n_labels: int
    weights: tuple[float, ...]  # of the mixture of shares, see `mixture`
    price: float  # votes that a decision unlike the full overlap's is taken to cost
    expected_votes: float  # per example, when the round is done
    expected_agreement: float  # share of decisions equal to the full overlap's, in [0, 1]

    def as_json(self) -> dict[str, Any]:
        """Plain JSON, a few kB at most."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> StoppingPlan:
        """The plan that `as_json` was called on.

        Raises:
            OverlapRuleError: it was stored by a version with another mixture.
        """
        rule = OverlapRule(**stored["rule"])
        plan = cls(**{**stored, "rule": rule, "weights": tuple(stored["weights"])})
        if len(plan.weights) != n_weights(kind_of(plan.n_labels, rule), plan.n_labels):
            raise OverlapRuleError("The stored plan is of another version; fit it anew.")
        return plan

    def verdict(self, counts: Sequence[int]) -> Verdict:
        """The verdict on one example.

        Args:
            counts: (K,) votes per label.

        Raises:
            OverlapRuleError: the plan is of another number of labels.

        Four of five votes are needed here. After 4 : 0 and after 2 : 2 the fifth changes nothing:

        >>> plan = fit_plan(np.zeros((1, 2), dtype=int), OverlapRule(gamma=0.8, first=2, most=5))
        >>> plan.verdict([4, 0])
        Verdict(decision='keep', keep_probability=1.0)
        >>> plan.verdict([2, 2])
        Verdict(decision='drop', keep_probability=0.0)
        >>> plan.verdict([1, 0]).decision
        'open'
        """
        found = self.verdicts(np.array([counts], dtype=np.int64))
        return Verdict(
            decision=str(found.decision[0]), keep_probability=float(found.keep_probability[0])
        )

    def verdicts(self, counts: Counts) -> Verdicts:
        """The verdicts on T examples.

        An example with more votes than the full overlap is judged by all it has.

        Args:
            counts: (T, K) int, votes per label.

        Raises:
            OverlapRuleError: the plan is of another number of labels.
        """
        if counts.shape[1] != self.n_labels:
            raise OverlapRuleError(
                f"The plan was fitted for {self.n_labels} labels, but there are votes on "
                f"{counts.shape[1]}; fit it anew."
            )
        top = counts.max(axis=1, initial=0)
        kept_now = top >= (self.rule.gamma - TOLERANCE) * counts.sum(axis=1)
        stops, probability = np.ones(len(counts), dtype=bool), kept_now.astype(float)
        undecided = np.flatnonzero(~decided(counts, self.rule))
        expected, stop = self.tables
        places = expected.states.positions(counts[undecided])
        stops[undecided], probability[undecided] = stop.stops[places], expected.keeps[places]
        settled = np.where(kept_now, KEEP, DROP)
        return Verdicts(decision=np.where(stops, settled, OPEN), keep_probability=probability)

    @cached_property
    def tables(self) -> tuple[Forecast, Stopping]:
        """What is expected in every state, and where to stop."""
        states = count_states(self.n_labels, self.rule)
        expected = forecast(states, np.array(self.weights), self.rule)
        return expected, stopping(expected, self.rule, price=self.price)


def fit_plan(counts: Counts, rule: OverlapRule) -> StoppingPlan:
    """The cheapest plan that is expected to decide like the full overlap often enough.

    `rule.confidence` is an average over the project's examples, those that are settled already
    included; single decisions are more certain, or less (see `stopping.WORST`). Fit anew as votes
    come in: the first plan knows little of how people agree here. Nothing is drawn, so the same
    votes give the same plan.

    Args:
        counts: (T, K) int, votes per label so far; rows may be empty, and so may be the table.

    Where people agree on everything two votes are enough; where they often do not, they are not:

    >>> rule = OverlapRule(gamma=0.8, first=2, most=5)
    >>> fit_plan(np.array([[2, 0], [0, 2]] * 50), rule).verdict([2, 0]).decision
    'keep'
    >>> fit_plan(np.array([[2, 0], [1, 1]] * 50), rule).verdict([2, 0]).decision
    'open'
    """
    kind = kind_of(counts.shape[1], rule)
    return plan_with(fit_weights(counts, kind=kind), counts, rule)


def plan_with(weights: Floats, counts: Counts, rule: OverlapRule) -> StoppingPlan:
    """The cheapest plan for these examples where the mixture of shares is known.

    Args:
        weights: (J,) of the mixture for `kind_of` these labels.
        counts: (T, K) int, votes per label so far.
    """
    known = counts if len(counts) else np.zeros((1, counts.shape[1]), dtype=np.int64)
    states = count_states(known.shape[1], rule)
    places = states.positions(known[~decided(known, rule)])
    now = np.bincount(places, minlength=len(states.rows)).astype(float)
    expected = forecast(states, weights, rule)
    found = cheapest(expected, rule, now, decided=len(known) - len(places))
    plan = StoppingPlan(
        rule=rule,
        n_labels=known.shape[1],
        weights=tuple(weights.tolist()),
        price=found.price,
        expected_votes=float((known.sum() + now @ found.further_votes) / len(known)),
        expected_agreement=float(1 - now @ (1 - found.agreement) / len(known)),
    )
    vars(plan)["tables"] = expected, found  # what the property would compute again
    return plan
