"""What may be done with the judged examples before a classifier is trained on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from curation.explorer.curves import (
    BALANCED,
    GLOBAL,
    KEEP_ALL,
    RAW,
    SOFT,
    WEIGHTS,
    WITHIN_LABEL,
)
from curation.explorer.pool import Pool
from curation.explorer.selections import (
    Floats,
    Mask,
    balancing,
    cut_to_equal,
    first_of_each,
    reaching,
    share_sizes,
)

THRESHOLDS = 20  # of each curve, at most
SHARES = tuple(round(step / THRESHOLDS, 2) for step in range(1, THRESHOLDS + 1))


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """One way to train: what is kept and how much it counts."""

    kind: str  # GLOBAL, WITHIN_LABEL, KEEP_ALL, WEIGHTS, SOFT or BALANCED
    agreement: str = RAW  # of GLOBAL and WITHIN_LABEL
    balanced: bool = False  # every label that is kept cut to the same size
    value: float = 1.0  # γ or share; 1 where everything is kept

    @property
    def drops(self) -> bool:
        """Whether it is a threshold, not one of the lines beside the curves."""
        return self.kind in {GLOBAL, WITHIN_LABEL}

    def keep(self, part: Pool) -> Mask:
        """(n,) rows of the part that are kept; the share within labels is that of the part."""
        keep = self._agreeing(part)
        return cut_to_equal(part.label, keep, part.lots) if self.balanced else keep

    def _agreeing(self, part: Pool) -> Mask:
        if self.kind == GLOBAL:
            return reaching(part.reaching(self.agreement), self.value)
        if self.kind == WITHIN_LABEL:
            order = part.best_first(self.agreement)
            return first_of_each(part.label, order, share_sizes(part.label, self.value))
        return np.ones(len(part.label), dtype=bool)

    def weights(self, part: Pool, keep: Mask) -> Floats:
        """(n,) what each row counts when `keep` is kept."""
        if self.kind == WEIGHTS:
            return agreement_weights(part.agreement[RAW], n_labels=part.n_labels)
        return balancing(part.label, keep) if self.kind == BALANCED else keep.astype(np.float64)


def thresholds(agreement: Floats) -> list[float]:
    """γ worth trying, rising: the values that occur, or at most 20 evenly spaced ones.

    >>> thresholds(np.array([1.0, 0.6, 0.8, 0.6]))
    [0.6, 0.8, 1.0]
    """
    distinct = np.unique(np.round(agreement, 9)).tolist()
    if len(distinct) > THRESHOLDS:
        distinct = np.linspace(distinct[0], distinct[-1], THRESHOLDS).tolist()
    return [round(float(value), 9) for value in distinct]


def candidates(pool: Pool, *, balanced: Sequence[bool] = (False, True)) -> list[Candidate]:
    """Everything that is tried on a pool: four lines, then the curves."""
    curves = [
        Candidate(kind=kind, agreement=agreement, balanced=balance, value=value)
        for kind in (GLOBAL, WITHIN_LABEL)
        for agreement in pool.agreement
        for balance in balanced
        for value in (thresholds(pool.reaching(agreement)) if kind == GLOBAL else SHARES)
    ]
    return [*LINES, *curves]


LINES = (
    Candidate(kind=KEEP_ALL),
    Candidate(kind=BALANCED),
    Candidate(kind=WEIGHTS),
    Candidate(kind=SOFT),
)


def agreement_weights(agreement: Floats, *, n_labels: int) -> Floats:
    """Weights by how far agreement is above an even split of K labels: (N,), mean 1.

    An example split evenly counts nothing; where all are, all count the same.

    >>> agreement_weights(np.array([1.0, 0.75, 0.5]), n_labels=2).tolist()
    [2.0, 1.0, 0.0]
    """
    above = np.maximum(agreement - 1 / n_labels, 0)
    if not above.any():
        return np.ones(len(agreement))
    return np.asarray(above / above.mean())
