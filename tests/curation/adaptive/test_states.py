from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.adaptive.states import MOST_STATES, count_states, number_of_sorted


@pytest.mark.parametrize(("n_labels", "most"), [(1, 4), (2, 6), (3, 6), (5, 4), (3, 126)])
def test_every_state_has_its_own_place_and_leads_to_the_next_votes(
    n_labels: int, most: int
) -> None:
    states = count_states(n_labels, most)

    for votes in range(most):
        rows = states.levels[votes]
        assert (rows.sum(axis=1) == votes).all()
        for label in range(states.width):
            after = rows.copy()
            after[:, label] += 1
            expected = states.starts[votes + 1] + states.children[votes][:, label]
            if states.kind != "leader":
                assert states.positions(after).tolist() == expected.tolist()


def test_three_labels_are_sorted_while_their_states_are_few() -> None:
    assert count_states(3, 125).kind == "sorted"
    assert count_states(3, 126).kind == "leader"
    assert number_of_sorted(3, 125) <= MOST_STATES < number_of_sorted(3, 126)


@given(st.permutations([3, 0, 2, 1]))
def test_more_than_two_labels_are_told_apart_by_their_counts_alone(counts: list[int]) -> None:
    states = count_states(4, 12)

    places = states.positions(np.array([counts, [0, 1, 2, 3]]))

    assert places[0] == places[1]


def test_the_leader_stands_against_the_rest() -> None:
    states = count_states(5, 200)

    assert states.reduced(np.array([[1, 4, 0, 2, 1]])).tolist() == [[4, 4]]
    assert states.reduced(np.array([[0, 0, 0, 0, 0]])).tolist() == [[0, 0]]
