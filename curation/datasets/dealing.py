"""Rows → folds of one size, with texts that say the same together.

A text judged by a classifier that has learned its copy tells nothing about texts it has not seen.
Nothing here depends on the order of rows.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from curation.datasets.splits import groups_in_order
from curation.duplicates import normalised

Ints = npt.NDArray[np.int64]
Tickets = npt.NDArray[np.uint64]


def same_texts(texts: Sequence[str]) -> Ints:
    """(N,) codes from 0: equal where texts differ in case, spacing and punctuation at most.

    >>> same_texts(["It rained.", "Not a bus!", "it  rained"]).tolist()
    [0, 1, 0]
    """
    codes: dict[str, int] = {}
    return np.array([codes.setdefault(normalised(text), len(codes)) for text in texts], np.int64)


def deal(label: Ints, ticket: Tickets, *, folds: int, group: Ints | None = None) -> Ints:
    """(N,) which fold each row is in, in [0, folds); each label is dealt evenly.

    A group stays together. Groups of several rows are dealt first, the largest first, each to
    where the least of its labels is; single rows fill up what is left. Where all rows are single,
    folds are equally large but for one row, and so is each label in them.

    Args:
        label: (N,) codes from 0.
        ticket: (N,) distinct; decide who is dealt before whom.
        group: (N,) rows of one number are never separated; None: all are single.

    >>> ticket = np.arange(4, dtype=np.uint64)
    >>> deal(np.array([0, 0, 1, 1]), ticket, folds=2).tolist()
    [0, 1, 0, 1]
    >>> deal(np.array([0, 0, 0, 0]), ticket, folds=2, group=np.array([0, 0, 1, 2])).tolist()
    [0, 0, 1, 1]
    """
    order = np.lexsort((ticket, label))
    fold = np.empty(len(label), dtype=np.int64)
    if group is None or len(np.unique(group)) == len(group):
        fold[order] = np.arange(len(label)) % folds  # runs on from label to label
        return fold
    _, members, sizes = np.unique(group, return_inverse=True, return_counts=True)
    hands = _Hands(label, folds)
    for rows in groups_in_order(members, sizes, ticket):
        fold[rows] = hands.take(rows)
    for row in order[sizes[members[order]] == 1, None]:
        fold[row] = hands.take(row)
    return fold


class _Hands:
    """What each fold has been dealt so far."""

    def __init__(self, label: Ints, folds: int) -> None:
        self._label = label
        self._of_label = np.maximum(np.bincount(label), 1)
        self._dealt = np.zeros((folds, len(self._of_label)), dtype=np.int64)

    def take(self, rows: Ints) -> int:
        """The fold that has the least of the labels of `rows`, then the fewest rows, takes them."""
        counts = np.bincount(self._label[rows], minlength=len(self._of_label))
        # nine digits: which share is smaller must not hang on the last bit of a float
        shares = np.round((self._dealt * (counts / self._of_label)).sum(axis=1), 9)
        taker = int(np.lexsort((self._dealt.sum(axis=1), shares))[0])
        self._dealt[taker] += counts
        return taker
