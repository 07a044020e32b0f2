"""The first study's own ranking: majorities as arrows, the weakest dropped where they contradict.

Bradley-Terry is what we rank by; this stands beside it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from curation.comparisons.cycles import reachable


@dataclass(frozen=True, kw_only=True)
class MajorityOrder:
    """An order that agrees with every majority but the dropped ones."""

    place: npt.NDArray[np.int64]  # (N,) lower beats higher; items nothing decides between tie
    dropped: list[tuple[int, int]]  # majorities (winner, loser) given up, weakest first


def majority_order(wins: npt.NDArray[np.int64]) -> MajorityOrder:
    """Order items by majorities, giving up the weakest majority of every circle.

    Majorities that are equally weak are given up together, so that no order of the items decides.

    Args:
        wins: (N, N) int, how often the row's item won against the column's.

    Returns:
        For each item those that lead to it less those it leads to, over majorities in a row:
        whoever beats another by such a way stands before it.

    Source: Li, Zhu, Lu and Yin 2023 (arXiv 2310.07849), task-level subjectivity: majority per
    pair, weakest edges dropped, topological order. How weak an edge is, is not told there: here the
    wins less the losses.

    0 beats 1 by three, 1 beats 2 by two, and 2 beats 0 by one, which is given up:

    >>> order = majority_order(np.array([[0, 3, 0], [0, 0, 2], [1, 0, 0]]))
    >>> order.place.tolist(), order.dropped
    ([-2, 0, 2], [(2, 0)])
    """
    margin = np.maximum(wins - wins.T, 0)
    dropped: list[tuple[int, int]] = []
    while True:
        reach = reachable(margin > 0)
        on_circle = (margin > 0) & reach.T  # the loser leads back to the winner
        if not on_circle.any():
            break
        weakest = on_circle & (margin == margin[on_circle].min())
        dropped += [(int(winner), int(loser)) for winner, loser in np.argwhere(weakest)]
        margin[weakest] = 0
    place = reach.sum(axis=0) - reach.sum(axis=1)
    return MajorityOrder(place=np.asarray(place, dtype=np.int64), dropped=dropped)
