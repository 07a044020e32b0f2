import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from curation.explorer.selections import (
    balancing,
    cut_to_equal,
    most_agreed,
    random_rows,
    random_within,
    reaching,
    share_sizes,
    tickets,
)

LABEL = np.array([0, 0, 0, 0, 1, 1])
AGREEMENT = np.array([1.0, 0.6, 0.8, 0.6, 0.6, 1.0])
TICKET = tickets(list("abcdef"), seed=0)


def test_a_threshold_keeps_shares_that_are_the_same_number_on_another_path() -> None:
    thirds = np.array([1 - 1 / 3, 2 / 3, 0.66])

    assert reaching(thirds, 0.666666667).tolist() == [True, True, False]


def test_a_share_keeps_the_most_agreed_of_each_label_and_one_at_least() -> None:
    keep = most_agreed(LABEL, AGREEMENT, TICKET, share=0.5)
    few = most_agreed(LABEL, AGREEMENT, TICKET, share=0.01)

    assert np.flatnonzero(keep).tolist() == [0, 2, 5]
    assert np.flatnonzero(few).tolist() == [0, 5]


def test_a_random_draw_within_labels_takes_as_many_of_each() -> None:
    keep = random_within(LABEL, TICKET, sizes=np.array([2, 1]))

    assert np.bincount(LABEL[keep]).tolist() == [2, 1]


def test_a_larger_random_draw_holds_a_smaller_one() -> None:
    small, large = (random_rows(TICKET, size=size) for size in (2, 4))

    assert (small <= large).all()
    assert large.sum() == 4


def test_balancing_gives_each_kept_label_the_same_weight_in_all() -> None:
    keep = np.array([True, True, True, False, True, False])

    weights = balancing(LABEL, keep)

    assert weights[LABEL == 0].sum() == weights[LABEL == 1].sum() == 2
    assert weights[~keep].tolist() == [0, 0]


def test_cutting_to_equal_leaves_the_rarest_label_whole() -> None:
    keep = cut_to_equal(LABEL, np.ones(6, dtype=bool), TICKET)

    assert np.bincount(LABEL[keep]).tolist() == [2, 2]


def test_cutting_ignores_a_label_of_which_nothing_is_kept() -> None:
    keep = cut_to_equal(LABEL, LABEL == 0, TICKET)

    assert keep.tolist() == (LABEL == 0).tolist()


def test_nobody_gets_no_ticket() -> None:
    assert tickets([], seed=0).tolist() == []


@settings(max_examples=20, deadline=None)
@given(st.permutations(range(6)), st.sampled_from([0.3, 0.5, 0.7]))
def test_what_is_kept_does_not_depend_on_the_order_of_rows(order: list[int], share: float) -> None:
    place = np.array(order)

    keep = most_agreed(LABEL[place], AGREEMENT[place], TICKET[place], share=share)

    assert keep.tolist() == most_agreed(LABEL, AGREEMENT, TICKET, share=share)[place].tolist()
    assert share_sizes(LABEL[place], share).tolist() == share_sizes(LABEL, share).tolist()
