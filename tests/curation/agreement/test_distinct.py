"""Distinct rows of votes, by either way of finding them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curation.agreement import distinct
from curation.agreement.counts import Counts
from curation.agreement.distinct import alike, distinct_rows

tables = st.lists(st.lists(st.integers(0, 3), min_size=4, max_size=4), min_size=1, max_size=12).map(
    np.array
)


@pytest.mark.parametrize("most_cells", [distinct.MOST_CELLS, 0], ids=["by table", "by sorting"])
@given(counts=tables)
@settings(max_examples=30, deadline=None)
def test_distinct_rows_are_those_of_numpy(counts: Counts, most_cells: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(distinct, "MOST_CELLS", most_cells)
        found = distinct_rows(counts)

    theirs, times = np.unique(counts, axis=0, return_counts=True)
    assert (found.rows[found.inverse] == counts).all()
    order = np.lexsort(found.rows.T[::-1])
    assert found.rows[order].tolist() == theirs.tolist()
    assert found.times[order].tolist() == times.tolist()


@given(tables)
@settings(max_examples=30, deadline=None)
def test_alike_rows_are_sorted_and_keep_their_examples(counts: Counts) -> None:
    found = alike(distinct_rows(counts))

    assert (found.rows[found.inverse] == -np.sort(-counts, axis=1)).all()
    assert found.times.sum() == len(counts)


@pytest.mark.parametrize("shape", [(0, 2), (3, 2)])
def test_no_examples_and_no_votes_have_their_rows(shape: tuple[int, int]) -> None:
    found = distinct_rows(np.zeros(shape, dtype=np.int64))

    assert found.inverse.tolist() == [0] * shape[0]
    assert found.rows.shape == (min(shape[0], 1), 2)
