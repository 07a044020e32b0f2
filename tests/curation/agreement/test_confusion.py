"""Which labels people take for one another."""

from __future__ import annotations

import numpy as np
import pytest

from curation.agreement.confusion import label_confusion
from curation.agreement.counts import Counts


def test_each_vote_counts_once_however_many_stand_beside_it() -> None:
    counts = np.array([[2, 2], [1, 0], [0, 3]])

    found = label_confusion(counts)

    # first example: either a meets one a and two b, shared over three others
    assert found.observed == pytest.approx(np.array([[2 / 3, 4 / 3], [4 / 3, 2 / 3 + 3]]))
    assert found.observed.sum() == pytest.approx(7)
    assert found.expected.sum() == pytest.approx(7)
    assert found.together.tolist() == [[1, 1], [1, 2]]


def test_labels_that_are_never_told_apart_are_as_chance_would_have_them() -> None:
    counts = np.array([[1, 1, 0], [2, 0, 0], [0, 2, 0], [1, 1, 0], [0, 0, 2]] * 20)

    found = label_confusion(counts).most_confused()

    assert [(pair.first, pair.second, pair.examples) for pair in found] == [(0, 1, 40)]
    # of 200 votes 80 name either; 80 fall on such examples, 2 · 80 · 80 / 199 would by chance
    assert found[0].observed == 80
    assert found[0].ratio == pytest.approx(80 / (2 * 80 * 80 / 199))


def test_a_single_coincidence_of_rare_labels_does_not_lead() -> None:
    often = [[3, 2, 0, 0], [2, 3, 0, 0]] * 100
    rare = [[0, 0, 1, 1]]

    found = label_confusion(np.array(often + rare)).most_confused()

    assert [(pair.first, pair.second, pair.examples) for pair in found] == [(0, 1, 200), (2, 3, 1)]
    assert found[1].ratio > 100


@pytest.mark.parametrize(
    "counts", [np.zeros((0, 3), dtype=np.int64), np.eye(3, dtype=np.int64)], ids=["none", "single"]
)
def test_without_pairs_of_votes_nothing_is_confused(counts: Counts) -> None:
    found = label_confusion(counts)

    assert found.most_confused() == []
    assert not found.observed.any()
    assert np.isnan(found.share).all()
