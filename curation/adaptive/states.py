"""The votes an example may have on its way to the full overlap.

Who voted and in which order does not matter, so an example's state is its votes per label. With
more than two labels their names do not matter either (the same counts on other labels are the same
state), which keeps the states few: up to 20 votes on 5 labels make 53,130 counts and 1,125 states.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from curation.agreement.counts import Counts

MOST_STATES = 60_000
Positions = npt.NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class CountStates:
    """All states with 0 to `most` votes, level by level (a level: equally many votes)."""

    most: int
    kind: str  # "labels": K ≤ 2, as they are; "sorted"; "leader": most frequent against the rest
    levels: tuple[Counts, ...]  # of t votes: (S_t, C) int
    children: tuple[Positions, ...]  # of t votes: (S_t, C) row in the next level after one more
    starts: tuple[int, ...]  # position of each level's first state; the last is the number of all

    @property
    def width(self) -> int:
        """C, the columns of a state."""
        return self.levels[0].shape[1]

    def level(self, votes: int) -> slice:
        """Positions of the states with that many votes."""
        return slice(self.starts[votes], self.starts[votes + 1])

    def reduced(self, counts: Counts) -> Counts:
        """(R, K) votes per label as (R, C) rows of states."""
        if self.kind == "sorted":
            return np.asarray(-np.sort(-counts, axis=1))
        if self.kind == "leader" or counts.shape[1] == 1:
            top = counts.max(axis=1)
            return np.column_stack([top, counts.sum(axis=1) - top])
        return counts

    def positions(self, counts: Counts) -> Positions:
        """Where (R, K) votes per label stand among all states; none has more than `most` votes."""
        rows = self.reduced(counts)
        if self.kind != "sorted":
            return np.asarray(np.array(self.starts)[rows.sum(axis=1)] + rows[:, 0])
        place = _places(self.width, self.most)
        return np.array(
            [place[row.tobytes()] for row in np.ascontiguousarray(rows)], dtype=np.int64
        )


@lru_cache(maxsize=32)
def count_states(n_labels: int, most: int) -> CountStates:
    """The states of votes on K labels, up to `most` of them.

    Where sorted counts would be more than 60,000 (three labels: from 90 votes on, five: from 53,
    ten: from 37), only the most frequent label is told from the rest.

    >>> two = count_states(2, 2)
    >>> [level.tolist() for level in two.levels]
    [[[0, 0]], [[0, 1], [1, 0]], [[0, 2], [1, 1], [2, 0]]]
    >>> [level.tolist() for level in count_states(3, 2).levels]
    [[[0, 0, 0]], [[1, 0, 0]], [[1, 1, 0], [2, 0, 0]]]
    """
    if n_labels <= 2:
        return _pairs(most, kind="labels")
    if number_of_sorted(n_labels, most) > MOST_STATES:
        return _pairs(most, kind="leader")
    return _sorted(n_labels, most)


def number_of_sorted(n_labels: int, most: int) -> int:
    """How many descending rows of K whole numbers sum to `most` or less.

    >>> number_of_sorted(3, 2)
    4
    """
    ways = [1] + [0] * most  # partitions of t into parts of at most K, the same number
    for part in range(1, n_labels + 1):
        for votes in range(part, most + 1):
            ways[votes] += ways[votes - part]
    return sum(ways)


def _pairs(most: int, *, kind: str) -> CountStates:
    levels, children = [], []
    for votes in range(most + 1):
        rows = np.arange(votes + 1)
        levels.append(np.column_stack([rows, votes - rows]))
        children.append(np.column_stack([rows + 1, rows]))
    return _states(most, kind, levels, children[:-1])


def _sorted(n_labels: int, most: int) -> CountStates:
    levels: list[Counts] = [np.zeros((1, n_labels), dtype=np.int64)]
    children = []
    for _ in range(most):
        after = levels[-1][:, None, :] + np.eye(n_labels, dtype=np.int64)
        rows = -np.sort(-after.reshape(-1, n_labels), axis=1)
        level, row = np.unique(rows, axis=0, return_inverse=True)
        levels.append(level)
        children.append(row.reshape(-1, n_labels))
    return _states(most, "sorted", levels, children)


def _states(
    most: int, kind: str, levels: Sequence[Counts], children: Sequence[Positions]
) -> CountStates:
    starts = np.concatenate([[0], np.cumsum([len(level) for level in levels])])
    return CountStates(
        most=most,
        kind=kind,
        levels=tuple(levels),
        children=tuple(children),
        starts=tuple(starts.tolist()),
    )


@lru_cache(maxsize=32)
def _places(n_labels: int, most: int) -> dict[bytes, int]:
    """Position of each sorted row."""
    rows = np.concatenate(count_states(n_labels, most).levels)
    return {row.tobytes(): position for position, row in enumerate(rows)}
