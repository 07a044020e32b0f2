"""What an adaptive round is to decide, and within which votes."""

from __future__ import annotations

import math
from dataclasses import dataclass

MOST = 1_000
TOLERANCE = 1e-9  # 4/5 and the threshold 0.8 are not the same float on every path


class OverlapRuleError(ValueError):
    """A rule or a count that cannot be meant; the message is a sentence for the user."""


@dataclass(frozen=True, kw_only=True)
class OverlapRule:
    """Ask for `first` votes, then for more up to `most` where the decision at γ is still open.

    Raises:
        OverlapRuleError: a number is out of its range.
    """

    gamma: float  # γ in (0, 1]: an example is kept iff a_i ≥ γ
    first: int  # votes every example gets, at least 1
    most: int  # votes of the full overlap, at least `first`, at most 1,000
    confidence: float = 0.98  # in (0.5, 1): share of decisions equal to the full overlap's

    def __post_init__(self) -> None:
        if not 0 < self.gamma <= 1:
            raise OverlapRuleError(
                f"The threshold is {self.gamma:g}, but it must be above 0 and at most 1."
            )
        if not 0.5 < self.confidence < 1:
            raise OverlapRuleError(
                f"The confidence is {self.confidence:g}, but it must be above 0.5 and below 1."
            )
        if not 1 <= self.first <= self.most <= MOST:
            raise OverlapRuleError(
                f"The overlap goes from {self.first} to {self.most} votes, but the first votes "
                f"must be at least 1, the most at least the first, and at most {MOST:,}."
            )

    @property
    def needed(self) -> int:
        """Votes on one label, out of the full overlap, that keep an example.

        >>> OverlapRule(gamma=0.8, first=2, most=5).needed
        4
        """
        return max(1, math.ceil((self.gamma - TOLERANCE) * self.most))
