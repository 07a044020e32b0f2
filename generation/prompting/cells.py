"""Attribute grids: the cells, and which of them is next so that all get equally many texts."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from itertools import product
from math import prod

from curation.errors import BadInput

MOST_CELLS = 100_000


def grid(attributes: Mapping[str, Sequence[str]]) -> list[dict[str, str]]:
    """Every combination of the attributes' values, the last attribute changing fastest.

    Raises:
        BadInput: no attribute, one without values, or more combinations than anybody can fill.

    >>> [tuple(cell.values()) for cell in grid({"topic": ["art", "tea"], "style": ["dry"]})]
    [('art', 'dry'), ('tea', 'dry')]
    """
    if not attributes:
        raise BadInput("There is no attribute to draw; name one, such as topic.")
    for name, values in attributes.items():
        if not values:
            raise BadInput(f"Attribute {name!r} has no values yet; write some, or have them made.")
    distinct = [list(dict.fromkeys(values)) for values in attributes.values()]
    n_cells = prod(len(values) for values in distinct)
    if n_cells > MOST_CELLS:
        raise BadInput(
            f"The attributes have {n_cells} combinations, but at most {MOST_CELLS} can be drawn; "
            "leave out values or an attribute."
        )
    return [dict(zip(attributes, values, strict=True)) for values in product(*distinct)]


def next_cell(cells: Sequence[Mapping[str, str]], counts: Sequence[int], *, seed: int) -> int:
    """Index of the cell that gets the next call: one with the fewest texts.

    Args:
        cells: N ≥ 1 cells.
        counts: N integers, the texts each cell has or has been asked for.
        seed: of the order in which cells with equally many take turns.

    >>> next_cell([{"topic": "art"}, {"topic": "tea"}], [10, 0], seed=0)
    1
    """
    if len(counts) != len(cells):
        raise ValueError(f"{len(cells)} cells, but {len(counts)} counts")
    turns = list(range(len(cells)))
    random.Random(seed).shuffle(turns)  # noqa: S311 - a draw, not a secret
    return min(turns, key=counts.__getitem__)
