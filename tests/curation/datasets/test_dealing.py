from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from curation.datasets.dealing import Ints, deal, same_texts
from curation.explorer.selections import tickets

LABEL = np.array([0, 0, 0, 0, 1, 1])
TICKET = tickets(list("abcdef"), seed=0)


def counts(label: Ints, fold: Ints) -> list[list[int]]:
    """Rows of each label in each fold."""
    return [np.bincount(label[fold == one], minlength=2).tolist() for one in np.unique(fold)]


def test_labels_are_dealt_evenly() -> None:
    assert counts(LABEL, deal(LABEL, TICKET, folds=2)) == [[2, 1], [2, 1]]


def test_a_group_is_never_separated_and_the_folds_stay_even() -> None:
    label = np.arange(60) % 3 // 2
    group = np.where(np.arange(60) < 20, np.arange(60) // 4, np.arange(60))

    fold = deal(label, tickets([str(row) for row in range(60)], seed=1), folds=5, group=group)

    assert all(len(set(fold[group == one].tolist())) == 1 for one in range(5))
    assert counts(label, fold) == [[8, 4]] * 5


def test_a_group_larger_than_a_fold_has_one_to_itself() -> None:
    label = np.zeros(12, dtype=np.int64)
    group = np.array([0] * 6 + list(range(1, 7)))

    fold = deal(label, tickets([str(row) for row in range(12)], seed=0), folds=3, group=group)

    assert sorted(np.bincount(fold).tolist()) == [3, 3, 6]


def test_rows_that_are_all_single_are_dealt_as_ever() -> None:
    label = np.array([2, 0, 1] * 7 + [0, 0])
    ticket = tickets([str(row) for row in range(23)], seed=2)
    order = np.lexsort((ticket, label))

    fold = deal(label, ticket, folds=5, group=np.arange(23))

    assert fold[order].tolist() == [place % 5 for place in range(23)]


def test_a_pair_leaves_the_folds_even() -> None:
    label = np.arange(400) % 2
    ticket = tickets([str(row) for row in range(400)], seed=0)
    group = np.array([0, 0, *range(1, 399)])

    fold = deal(label, ticket, folds=5, group=group)

    assert fold[0] == fold[1]
    assert counts(label, fold) == [[40, 40]] * 5


@settings(max_examples=20, deadline=None)
@given(st.permutations(range(6)), st.sampled_from([None, [0, 0, 1, 2, 0, 3]]))
def test_the_order_of_rows_plays_no_part(order: list[int], groups: list[int] | None) -> None:
    place = np.array(order)
    group = None if groups is None else np.array(groups)

    fold = deal(LABEL[place], TICKET[place], folds=3, group=None if group is None else group[place])

    assert fold.tolist() == deal(LABEL, TICKET, folds=3, group=group)[place].tolist()


def test_texts_are_the_same_whatever_their_case_spacing_and_punctuation() -> None:
    assert same_texts(["So… HAPPY", "sad", "so  happy!", "sad?"]).tolist() == [0, 1, 0, 1]
