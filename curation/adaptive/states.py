"""The votes an example may have while its decision is still undecided.

Who voted and in which order does not matter, so an example's state is its votes per label. Once no
further vote can change the decision its state need not be followed, which keeps the states few:
at γ = 0.8, up to 20 votes on 5 labels make 53,130 counts and 8,492 states.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import comb

import numpy as np
import numpy.typing as npt

from curation.adaptive.rule import OverlapRule
from curation.agreement.counts import Counts

Positions = npt.NDArray[np.int64]
Keys = npt.NDArray[np.uint64]
Flags = npt.NDArray[np.bool_]

MOST_STATES = 60_000
LABELS, SORTED, LEADER = "labels", "sorted", "leader"


@dataclass(frozen=True, kw_only=True)
class CountStates:
    """S states, level by level; a level holds those of equally many votes.

    In a level the states come first that have fewer than the first votes or are undecided, then
    those that the last vote has decided.
    """

    kind: str  # "labels": as they are; "sorted"; "leader": the most frequent against the rest
    rows: Counts  # (S, C) reduced votes per label
    top: npt.NDArray[np.int64]  # (S,) votes of the label that decides
    starts: tuple[int, ...]  # position of each level's first state
    children: tuple[Positions, ...]  # of t votes: (U_t, C) positions after one more, undecided ones
    keys: Keys  # (U,) of the undecided states, ascending
    by_key: Positions  # (U,) their positions

    def undecided(self, votes: int) -> slice:
        """Positions of the undecided states with that many votes."""
        return slice(self.starts[votes], self.starts[votes] + len(self.children[votes]))

    def positions(self, counts: Counts) -> Positions:
        """Where (R, K) votes per label stand; all must be undecided."""
        places = np.searchsorted(self.keys, _keys(reduced(counts, self.kind)))
        return np.asarray(self.by_key[places])


def count_states(n_labels: int, rule: OverlapRule) -> CountStates:
    """The states of votes on K labels under the rule.

    Labels are told apart where that makes at most about 60,000 states. Beyond, the same counts on
    other labels are the same state; and where that makes too many as well, only the most frequent
    label is told from the rest.

    >>> states = count_states(2, OverlapRule(gamma=0.8, first=1, most=3))
    >>> [sorted(states.rows[states.undecided(votes)].tolist()) for votes in range(3)]
    [[[0, 0]], [[0, 1], [1, 0]], [[0, 2], [2, 0]]]
    """
    return _count_states(n_labels, rule.first, rule.most, rule.needed)


def reduced(counts: Counts, kind: str) -> Counts:
    """(R, K) votes per label as (R, C) rows of states of that kind."""
    if kind == SORTED:
        return np.asarray(-np.sort(-counts, axis=1))
    if kind == LEADER:
        top = counts.max(axis=1, initial=0)
        return np.column_stack([top, counts.sum(axis=1) - top])
    return counts


def kind_of(n_labels: int, rule: OverlapRule) -> str:
    """How votes on K labels are reduced under the rule.

    >>> kind_of(5, OverlapRule(gamma=0.8, first=2, most=20))
    'labels'
    """
    return _kind(n_labels, rule.first, rule.most, rule.needed)


def decided(counts: Counts, rule: OverlapRule) -> Flags:
    """(R,) whether the first votes are in and no further vote can change the decision.

    >>> rule = OverlapRule(gamma=0.8, first=2, most=5)
    >>> decided(np.array([[4, 0], [2, 2], [3, 1]]), rule).tolist()
    [True, True, False]
    """
    top, votes = counts.max(axis=1, initial=0), counts.sum(axis=1)
    return _decided(top, votes, rule.first, rule.most, rule.needed)


def _decided(
    top: npt.NDArray[np.int64], votes: npt.NDArray[np.int64], first: int, most: int, needed: int
) -> Flags:
    return np.asarray((votes >= first) & ((top >= needed) | (top + most - votes < needed)))


@lru_cache(maxsize=16)  # at most 6 MB each, mostly a few kB
def _count_states(n_labels: int, first: int, most: int, needed: int) -> CountStates:
    kind = _kind(n_labels, first, most, needed)
    level = reduced(np.zeros((1, n_labels), dtype=np.int64), kind)
    levels, is_open, children = [level], [np.array([True])], []
    start = 1
    for _ in range(most):
        level, place = _after_one_more(levels[-1][is_open[-1]], kind)
        closed = _decided(_top(level, kind), level.sum(axis=1), first, most, needed)
        open_first = np.argsort(closed, kind="stable")
        levels.append(level[open_first])
        is_open.append(~closed[open_first])
        children.append(start + np.argsort(open_first)[place])
        start += len(level)
    return _states(kind, levels, is_open, children)


def _states(
    kind: str,
    levels: list[Counts],
    is_open: list[Flags],
    children: list[Positions],
) -> CountStates:
    rows, open_rows = np.concatenate(levels), np.flatnonzero(np.concatenate(is_open))
    keys = _keys(rows[open_rows])
    ascending = np.argsort(keys)
    return CountStates(
        kind=kind,
        rows=rows,
        top=_top(rows, kind),
        starts=tuple(np.cumsum([0, *map(len, levels)]).tolist()),
        children=tuple(children),
        keys=keys[ascending],
        by_key=open_rows[ascending],
    )


def _top(rows: Counts, kind: str) -> npt.NDArray[np.int64]:
    return rows[:, 0] if kind == LEADER else rows.max(axis=1, initial=0)


def _after_one_more(rows: Counts, kind: str) -> tuple[Counts, Positions]:
    """The distinct rows after one more vote, and where each (row, label) leads among them."""
    width = rows.shape[1]
    after: Counts = (rows[:, None, :] + np.eye(width, dtype=np.int64)).reshape(-1, width)
    if kind == SORTED:
        after = reduced(after, SORTED)
    _, representative, row = np.unique(_keys(after), return_index=True, return_inverse=True)
    return after[representative], row.reshape(-1, width)


def _kind(n_labels: int, first: int, most: int, needed: int) -> str:
    against = most - needed  # votes an example may have against its leading label
    of_labels = n_labels * needed * comb(against + n_labels - 1, n_labels - 1)
    if n_labels == 1:
        return LEADER
    if n_labels == 2 or of_labels + comb(first - 1 + n_labels, n_labels) <= MOST_STATES:
        return LABELS
    of_sorted = needed * number_of_sorted(n_labels - 1, against)
    if of_sorted + number_of_sorted(n_labels, first - 1) <= MOST_STATES:
        return SORTED
    return LEADER


def number_of_sorted(n_labels: int, most: int) -> int:
    """How many descending rows of K whole numbers sum to `most` or less.

    >>> number_of_sorted(3, 2)
    4
    """
    ways = [1] + [0] * most  # partitions of t into parts of at most K, as many as into K parts
    for part in range(1, n_labels + 1):
        for votes in range(part, most + 1):
            ways[votes] += ways[votes - part]
    return sum(ways)


def _keys(rows: Counts) -> Keys:
    """(R,) a number for each row that no other row has, wrapping around at 2⁶⁴."""
    return np.asarray(rows.astype(np.uint64) @ _factors(rows.shape[1]))


@lru_cache(maxsize=32)
def _factors(width: int) -> Keys:
    return np.random.default_rng(0).integers(1, 2**64, size=width, dtype=np.uint64)
