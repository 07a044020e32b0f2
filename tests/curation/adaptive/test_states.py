from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.adaptive.rule import OverlapRule
from curation.adaptive.states import count_states, decided, kind_of, number_of_sorted, reduced

RULES = [
    OverlapRule(gamma=0.8, first=1, most=6),
    OverlapRule(gamma=0.6, first=3, most=5),
    OverlapRule(gamma=0.3, first=2, most=7),
]


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("n_labels", [2, 3, 5])
def test_every_undecided_count_has_a_state_and_one_more_vote_leads_to_the_next(
    n_labels: int, rule: OverlapRule
) -> None:
    every = np.array(list(product(range(rule.most + 1), repeat=n_labels)))
    every = every[every.sum(axis=1) < rule.most]
    every = every[~decided(every, rule)]
    states = count_states(n_labels, rule)

    places = states.positions(every)

    assert (states.rows[places] == reduced(every, states.kind)).all()
    for row, place in zip(states.rows[places], places, strict=True):
        votes = int(row.sum())
        children = states.children[votes][place - states.starts[votes]]
        for label in range(len(row)):
            after = row.copy()
            after[label] += 1
            assert (states.rows[children[label]] == reduced(after[None], states.kind)[0]).all()


def test_labels_are_told_apart_while_their_states_are_few() -> None:
    def kind(n_labels: int, most: int) -> str:
        return kind_of(n_labels, OverlapRule(gamma=0.8, first=2, most=most))

    assert [kind(6, 20), kind(3, 50), kind(2, 1_000)] == ["labels"] * 3
    assert [kind(10, 20), kind(3, 150), kind(16, 40)] == ["sorted"] * 3
    assert [kind(5, 200), kind(3, 1_000), kind(1, 5)] == ["leader"] * 3


@given(st.permutations([3, 0, 2, 1]))
def test_sorted_states_know_counts_and_not_labels(counts: list[int]) -> None:
    rule = OverlapRule(gamma=0.5, first=2, most=40)
    states = count_states(4, rule)

    places = states.positions(np.array([counts, [0, 1, 2, 3]]))

    assert states.kind == "sorted"
    assert places[0] == places[1]


def test_the_leader_stands_against_the_rest() -> None:
    assert reduced(np.array([[1, 4, 0, 2, 1], [0] * 5]), "leader").tolist() == [[4, 4], [0, 0]]


@pytest.mark.parametrize(("parts", "most", "ways"), [(1, 4, 5), (2, 4, 9), (3, 4, 11)])
def test_descending_rows_are_counted(parts: int, most: int, ways: int) -> None:
    found = {
        tuple(sorted(row, reverse=True))
        for row in product(range(most + 1), repeat=parts)
        if sum(row) <= most
    }

    assert number_of_sorted(parts, most) == ways == len(found)
