"""Kept examples → train, validation and test: stratified, seeded, near-duplicates together.

Nothing here depends on the order of rows: examples are drawn by a hash of seed and id.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

TRAIN, VALIDATION, TEST = "train", "validation", "test"
SPLITS = (TRAIN, VALIDATION, TEST)


class SplitError(ValueError):
    """Shares that cannot be meant; the message is a sentence for the user."""


@dataclass(frozen=True, kw_only=True)
class SplitPlan:
    """Which share of the kept examples of each label goes to which part.

    Raises:
        SplitError: a share is outside [0, 1], nothing is left to train on, or the shares do not
            add up to 1.
    """

    train: float
    validation: float = 0.0
    test: float = 0.0
    seed: int = 0
    near: float = 0.8  # texts that share so much of their letters stay together; see duplicates

    def __post_init__(self) -> None:
        for name, share in zip(SPLITS, self.shares, strict=True):
            if not 0 <= share <= 1:
                raise SplitError(f"The {name} share is {share:g}, but it must be from 0 to 1.")
        if not self.train > 0:
            raise SplitError("The train share is 0, so there would be nothing to train on.")
        if not math.isclose(sum(self.shares), 1, abs_tol=1e-6):
            raise SplitError(
                f"The shares {', '.join(f'{share:g}' for share in self.shares)} add up to "
                f"{sum(self.shares):g}, but train, validation and test must add up to 1, as in "
                "0.8,0.1,0.1."
            )
        if not 0.5 <= self.near <= 1:
            raise SplitError(f"Near is {self.near:g}, but it must be from 0.5 to 1.")

    @property
    def shares(self) -> tuple[float, float, float]:
        return self.train, self.validation, self.test

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> SplitPlan | None:
        """A plan from what `as_json` gave; None from {}, which stands for no plan."""
        return cls(**stored) if stored else None

    @classmethod
    def from_text(cls, text: str, *, seed: int = 0) -> SplitPlan:
        """A plan from "0.8,0.1,0.1".

        >>> SplitPlan.from_text("0.9, 0, 0.1").shares
        (0.9, 0.0, 0.1)
        """
        try:
            train, validation, test = (float(part) for part in text.split(","))
        except ValueError as error:
            raise SplitError(
                f"{text!r} are not three shares; give train, validation and test as in 0.8,0.1,0.1."
            ) from error
        return cls(train=train, validation=validation, test=test, seed=seed)

    def sentence(self) -> str:
        """The plan in words.

        >>> SplitPlan(train=0.8, test=0.2).sentence()
        '80% train, 20% test of each label, near-duplicates together, seed 0'
        """
        parts = zip(SPLITS, self.shares, strict=True)
        shares = ", ".join(f"{100 * share:.4g}% {name}" for name, share in parts if share)
        return f"{shares} of each label, near-duplicates together, seed {self.seed}"
