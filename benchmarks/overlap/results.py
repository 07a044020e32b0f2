"""What was measured of one set at one γ, and questions asked of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from benchmarks.overlap.measures import Summary


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One set at one γ, over all orders of arrival."""

    gamma: float
    examples: int
    overlap: float  # votes per example, all of them, on average
    kept: float  # share of examples kept on all votes
    rules: dict[str, dict[str, Summary]]  # rule → measure → summary
    log_loss: dict[str, float]  # of forecasts after three votes, see `skill`; may be empty

    def mean(self, rule: str, measure: str) -> float:
        return self.rules[rule][measure].mean

    def named(self, kind: str) -> list[str]:
        """Rules of a kind ("fixed", "adaptive", …), fewest votes first."""
        found = [rule for rule in self.rules if rule.split("/")[0] == kind]
        return sorted(found, key=lambda rule: self.mean(rule, "votes"))

    def votes_for(self, kind: str, *, equal: float) -> float:
        """Share of all votes with which a kind of rule gets so many equal decisions.

        Between two settings of the rule the straight line counts; NaN where none gets as many.
        """
        points = [(self.mean(rule, "votes"), self.mean(rule, "equal")) for rule in self.named(kind)]
        before: tuple[float, float] | None = None
        for votes, reached in points:
            if reached >= equal:
                if before is None or reached == before[1]:
                    return votes
                return float(np.interp(equal, [before[1], reached], [before[0], votes]))
            before = (votes, reached)
        return float("nan")


Results = dict[str, list[Cell]]  # set → one cell for each γ


def cells(results: Results) -> list[Cell]:
    """All cells of all sets."""
    return [cell for of_set in results.values() for cell in of_set]


def average(found: Iterable[Cell], rule: str, measure: str) -> float:
    """Mean over cells, each set and γ counting the same."""
    return float(np.mean([cell.mean(rule, measure) for cell in found]))
