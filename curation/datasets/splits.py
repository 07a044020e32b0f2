"""Kept examples → train, validation and test: stratified, seeded, near-duplicates together.

Nothing here depends on the order of rows: examples are drawn by a hash of seed and id.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from curation.datasets.keeping import tickets

TRAIN, VALIDATION, TEST = "train", "validation", "test"
SPLITS = (TRAIN, VALIDATION, TEST)

Ints = npt.NDArray[np.int64]


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


def in_order(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """Splits with how many examples each has, train first; a database may forget the order.

    >>> in_order({"test": 2, "train": 8})
    [('train', 8), ('test', 2)]
    """
    return [(name, counts[name]) for name in SPLITS if name in counts]


def assign_splits(
    ids: Sequence[str], labels: Ints, groups: Ints, plan: SplitPlan
) -> npt.NDArray[np.str_]:
    """(N,) which of `SPLITS` each example goes to; the same for any order of the rows.

    Within each label the parts get their shares of its examples, rounded to whole ones by largest
    remainder (the earlier part first where two are equal). A group stays together: groups of
    several examples are placed first, the largest first, each where most is still wanted of its
    labels; single examples fill what is left. So shares are exact to one example per label, as
    long as no group is larger than what a part wants.

    Args:
        ids: N distinct ids.
        labels: (N,) codes from 0.
        groups: (N,) codes; examples of the same code are never separated.

    >>> parts = assign_splits(
    ...     ["a", "b", "c", "d"], np.array([0, 0, 0, 0]), np.array([0, 0, 1, 2]),
    ...     SplitPlan(train=0.5, test=0.5),
    ... )
    >>> bool(parts[0] == parts[1]), sorted(parts.tolist())
    (True, ['test', 'test', 'train', 'train'])
    """
    if not len(ids):
        return np.zeros(0, dtype="<U10")
    lot = tickets(ids, np.arange(len(ids)), purpose=f"split:{plan.seed}:")
    n_labels = int(labels.max()) + 1
    wanted = np.stack(
        [whole_parts(plan.shares, int(n)) for n in np.bincount(labels, minlength=n_labels)], axis=1
    ).astype(np.int64)  # (parts, labels), less what is placed
    _, members, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    part = np.full(len(ids), -1)
    for rows in groups_in_order(members, sizes, lot):
        counts = np.bincount(labels[rows], minlength=n_labels)
        place = int(np.argmax(wanted @ counts))
        part[rows] = place
        wanted[place] -= counts
    for label in range(n_labels):
        rows = np.flatnonzero((part < 0) & (labels == label))
        quota = whole_parts(np.maximum(wanted[:, label], 0).tolist(), len(rows))
        part[rows[np.argsort(lot[rows], kind="stable")]] = np.repeat(np.arange(len(SPLITS)), quota)
    return np.array(SPLITS)[part]


def whole_parts(weights: Sequence[float], n: int) -> Ints:
    """`n` cut into whole parts in proportion to `weights`, by largest remainder.

    >>> whole_parts([0.8, 0.1, 0.1], 12).tolist()
    [10, 1, 1]
    """
    if not n:
        return np.zeros(len(weights), dtype=np.int64)
    exact = np.array(weights, dtype=np.float64) * n / sum(weights)
    parts = np.floor(exact + 1e-9).astype(np.int64)
    left = n - int(parts.sum())
    # nine digits: which remainder is larger must not hang on the last bit of a float
    order = np.argsort(-np.round(exact - parts, 9), kind="stable")
    parts[order[:left]] += 1
    return parts


def groups_in_order(members: Ints, sizes: Ints, lot: npt.NDArray[np.uint64]) -> list[Ints]:
    """Rows of each group of several, the largest group first, then by lot."""
    together = np.flatnonzero(sizes[members] > 1)
    if not together.size:
        return []
    together = together[np.lexsort((lot[together], members[together]))]
    cuts = np.flatnonzero(np.diff(members[together])) + 1
    found = np.split(together, cuts)
    return sorted(found, key=lambda rows: (-len(rows), int(lot[rows[0]])))
