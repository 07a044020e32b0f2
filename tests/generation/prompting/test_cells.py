from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.errors import BadInput
from generation.prompting.cells import grid, next_cell


def test_a_grid_is_every_combination_with_the_last_attribute_changing_fastest() -> None:
    cells = grid({"topic": ["art", "tea"], "style": ["dry", "warm", "dry"]})

    assert [tuple(cell.items()) for cell in cells] == [
        (("topic", "art"), ("style", "dry")),
        (("topic", "art"), ("style", "warm")),
        (("topic", "tea"), ("style", "dry")),
        (("topic", "tea"), ("style", "warm")),
    ]


@pytest.mark.parametrize(
    ("attributes", "says"),
    [
        ({}, "no attribute"),
        ({"topic": ["art"], "style": []}, "'style' has no values"),
        ({name: [str(n) for n in range(100)] for name in "abc"}, "1000000 combinations"),
    ],
)
def test_a_grid_that_cannot_be_gets_a_sentence(attributes: dict[str, list[str]], says: str) -> None:
    with pytest.raises(BadInput, match=says):
        grid(attributes)


@given(n_cells=st.integers(1, 12), n_calls=st.integers(0, 40), seed=st.integers())
def test_quotas_stay_equal_to_within_one_call(n_cells: int, n_calls: int, seed: int) -> None:
    cells = grid({"topic": [str(number) for number in range(n_cells)]})
    counts = [0] * n_cells

    for _ in range(n_calls):
        counts[next_cell(cells, counts, seed=seed)] += 1

    assert max(counts) - min(counts) <= 1


def test_the_order_of_turns_depends_on_the_seed_and_on_nothing_else() -> None:
    cells = grid({"topic": [str(number) for number in range(100)]})
    first = [next_cell(cells, [0] * 100, seed=seed) for seed in range(20)]

    assert first == [next_cell(cells, [0] * 100, seed=seed) for seed in range(20)]
    assert len(set(first)) > 1


def test_each_cell_has_one_count() -> None:
    with pytest.raises(ValueError, match="2 cells, but 1 counts"):
        next_cell(grid({"topic": ["art", "tea"]}), [0], seed=0)
