"""Which labels people take for one another."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from curation.agreement.counts import Counts
from curation.agreement.distinct import distinct_rows
from curation.agreement.formulas import pairable

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class ConfusedPair:
    """Two labels that are named on the same example."""

    first: int  # position of a label
    second: int  # a later one
    observed: float  # votes for one of them met by votes for the other
    expected: float  # by chance
    examples: int  # on which both are named

    @property
    def ratio(self) -> float:
        """Observed over expected: 0 told apart always, 1 no better than by chance."""
        return self.observed / self.expected

    @property
    def at_least(self) -> float:
        """The ratio less its standard error twice, 0 or more."""
        return self.ratio * max(0.0, 1 - 2 / self.examples**0.5)


@dataclass(frozen=True, kw_only=True)
class LabelConfusion:
    """How often two votes on the same example name labels a and b; each vote counts once."""

    observed: Floats  # (K, K) symmetric; sums to the votes on examples with two votes or more
    expected: Floats  # (K, K) if votes fell on examples by chance
    together: npt.NDArray[np.int64]  # (K, K) examples on which both are named

    @property
    def share(self) -> Floats:
        """(K, K) of the votes that meet a vote for a (row), the share that names b; or NaN."""
        total = self.observed.sum(axis=1, keepdims=True)
        empty = np.full(self.observed.shape, np.nan)
        return np.asarray(np.divide(self.observed, total, out=empty, where=total > 0))

    def most_confused(self, most: int = 5) -> list[ConfusedPair]:
        """Pairs of labels named together at all, the hardest to tell apart first.

        By the ratio less its standard error twice, where n examples make an error of 1 / √n, so
        that rare labels do not lead by a single coincidence; ties in the order of the labels.
        """
        n_labels = len(self.observed)
        pairs = [
            ConfusedPair(
                first=a,
                second=b,
                observed=2 * float(self.observed[a, b]),
                expected=2 * float(self.expected[a, b]),
                examples=int(self.together[a, b]),
            )
            for a in range(n_labels)
            for b in range(a + 1, n_labels)
            if self.observed[a, b] > 0
        ]
        return sorted(pairs, key=lambda pair: -pair.at_least)[:most]


def label_confusion(counts: Counts) -> LabelConfusion:
    """How often people name two labels on the same example, beside what chance would give.

    Args:
        counts: (T, K) int, votes per task and label; tasks with one vote or none are left out.

    One example voted a, a, b: either a meets one a and one b, the b two a:

    >>> label_confusion(np.array([[2, 1]])).observed.tolist()
    [[1.0, 1.0], [1.0, 0.0]]
    """
    distinct = distinct_rows(pairable(counts))
    rows, times = distinct.rows, distinct.times.astype(np.float64)
    named = (rows > 0).astype(np.float64)
    weighted = times / np.maximum(rows.sum(axis=1) - 1, 1)
    per_label = times @ rows
    observed = (rows * weighted[:, None]).T @ rows - np.diag(weighted @ rows)
    total = per_label.sum()
    expected = np.outer(per_label, per_label) - np.diag(per_label)
    return LabelConfusion(
        observed=observed,
        expected=expected / max(total - 1, 1),
        together=np.rint((named * times[:, None]).T @ named).astype(np.int64),
    )
