"""Majorities, their circles, and the order that gives up the weakest."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from curation.comparisons import Comparisons, majority_cycles, majority_order, rank_tasks


def wins_of(*won: tuple[int, int, int], n_items: int) -> npt.NDArray[np.int64]:
    """(winner, loser, times) as a table."""
    table = np.zeros((n_items, n_items), dtype=np.int64)
    for winner, loser, times in won:
        table[winner, loser] = times
    return table


def test_majorities_without_a_circle_are_all_kept() -> None:
    wins = wins_of((0, 1, 2), (1, 2, 2), (0, 2, 1), n_items=3)

    order = majority_order(wins)

    assert order.place.tolist() == [-2, 0, 2]
    assert order.dropped == []
    assert majority_cycles(wins) == []


def test_equally_weak_majorities_of_a_circle_are_given_up_together() -> None:
    wins = wins_of((0, 1, 2), (1, 2, 2), (2, 0, 2), (2, 3, 1), n_items=4)

    order = majority_order(wins)

    assert sorted(order.dropped) == [(0, 1), (1, 2), (2, 0)]
    assert order.place.tolist() == [0, 0, -1, 1]
    assert majority_cycles(wins) == [[0, 1, 2]]


def test_two_circles_are_found_apart() -> None:
    wins = wins_of((0, 1, 1), (1, 2, 1), (2, 0, 1), (3, 4, 1), (4, 5, 1), (5, 3, 1), n_items=6)

    assert majority_cycles(wins) == [[0, 1, 2], [3, 4, 5]]


def test_a_draw_is_no_majority() -> None:
    wins = wins_of((0, 1, 2), (1, 0, 2), n_items=2)

    assert majority_order(wins).place.tolist() == [0, 0]


@pytest.mark.parametrize("seed", range(10))
def test_whoever_wins_by_a_kept_majority_stands_before(seed: int) -> None:
    wins = np.random.default_rng(seed).integers(0, 6, size=(7, 7))
    np.fill_diagonal(wins, 0)

    order = majority_order(wins)

    for winner, loser in np.argwhere(wins > wins.T).tolist():
        assert (winner, loser) in order.dropped or order.place[winner] < order.place[loser]


@pytest.mark.parametrize("seed", range(5))
def test_the_numbering_of_items_decides_nothing(seed: int) -> None:
    rng = np.random.default_rng(seed)
    wins, names = rng.integers(0, 4, size=(6, 6)), rng.permutation(6)
    np.fill_diagonal(wins, 0)

    renamed = majority_order(wins[np.ix_(names, names)])

    assert renamed.place.tolist() == majority_order(wins).place[names].tolist()


def test_a_ranking_tells_the_studys_own_stars_and_what_they_give_up() -> None:
    won = [(0, 1)] * 3 + [(1, 2)] * 2 + [(2, 0)]
    winner, loser = np.array(won).T
    said = Comparisons(annotator=np.arange(6), left=winner, right=loser, winner=winner, n_items=3)

    ranking = rank_tasks(said, seed=0, resamples=20)

    assert {row.item: row.majority_stars for row in ranking.rows} == {0: 1, 1: 3, 2: 5}
    assert ranking.dropped == [(2, 0)]
