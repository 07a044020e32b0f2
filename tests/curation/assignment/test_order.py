"""The order of a round's tasks."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from curation.assignment import balanced_order

GROUPS = st.dictionaries(st.text(min_size=1, max_size=4), st.sampled_from("abc"), max_size=40)


@given(GROUPS, st.text(max_size=3))
def test_every_name_comes_once(groups: dict[str, str], seed: str) -> None:
    order = balanced_order(groups, seed=seed)

    assert sorted(order) == sorted(groups)


def test_every_stretch_has_about_the_shares_of_the_whole() -> None:
    groups = {f"t{number}": "rare" if number < 100 else "common" for number in range(1_000)}

    order = balanced_order(groups, seed="s")

    for start in range(0, 1_000, 100):
        seen = Counter(groups[name] for name in order[start : start + 100])
        assert 5 <= seen["rare"] <= 15


def test_the_group_of_the_next_task_cannot_be_foretold() -> None:
    groups = {f"t{number}": "ab"[number % 2] for number in range(2_000)}

    order = [groups[name] for name in balanced_order(groups, seed="s")]

    changes = sum(first != second for first, second in pairwise(order))
    assert 0.45 < changes / len(order) < 0.62  # a strict alternation would be 1
