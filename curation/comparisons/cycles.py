"""Majorities that contradict one another."""

from __future__ import annotations

from collections import deque

import numpy as np
import numpy.typing as npt


def majority_cycles(wins: npt.NDArray[np.int64]) -> list[list[int]]:
    """Circles of items in which each beats the next by majority, and the last the first.

    Args:
        wins: (N, N) int, how often the row's item won against the column's.

    Returns:
        One shortest circle of each group of items that majorities tie together, beginning with
        its lowest item; [] when some order agrees with every majority.

    Rock beats scissors, scissors beat paper, paper beats rock:

    >>> majority_cycles(np.array([[0, 2, 1], [1, 0, 2], [2, 1, 0]]))
    [[0, 1, 2]]
    """
    beats = wins > wins.T
    reach = reachable(beats)
    together = reach & reach.T
    found, seen = [], set()
    for item in range(len(wins)):
        if together[item, item] and item not in seen:
            group = np.flatnonzero(together[item])
            seen |= set(group.tolist())
            circles = [_shortest_circle(beats, start) for start in group.tolist()]
            found.append(_from_lowest(min(circles, key=len)))
    return found


def reachable(beats: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """(N, N) whether a way of one majority or more leads from the row to the column."""
    reach = beats.copy()
    for middle in range(len(beats)):
        reach |= np.outer(reach[:, middle], reach[middle])
    return reach


def _shortest_circle(beats: npt.NDArray[np.bool_], start: int) -> list[int]:
    """The shortest way from `start` back to it; there must be one."""
    before = dict.fromkeys(np.flatnonzero(beats[start]).tolist(), start)
    line = deque(before)
    while line:
        item = line.popleft()
        if beats[item, start]:
            way = [item]
            while way[-1] != start:
                way.append(before[way[-1]])
            return way[::-1]
        for further in np.flatnonzero(beats[item]).tolist():
            if further not in before:
                before[further] = item
                line.append(further)
    raise AssertionError("an item of a group leads back to itself")


def _from_lowest(circle: list[int]) -> list[int]:
    first = circle.index(min(circle))
    return circle[first:] + circle[:first]
