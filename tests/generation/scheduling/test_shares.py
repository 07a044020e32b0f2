from __future__ import annotations

import pytest

from generation.scheduling.shares import call_seed, equal_shares


@pytest.mark.parametrize(
    ("count", "shares"), [(1, [1, 0, 0]), (3, [1, 1, 1]), (300, [100, 100, 100]), (5, [2, 2, 1])]
)
def test_shares_are_equal_and_the_first_labels_take_what_is_left(
    count: int, shares: list[int]
) -> None:
    assert equal_shares(count, n_labels=3) == shares


def test_every_call_has_a_seed_of_its_own() -> None:
    seeds = {
        call_seed(seed, label=label, number=number)
        for seed in range(3)
        for label in ("joke", "news")
        for number in range(100)
    }

    assert len(seeds) == 600
    assert all(0 <= seed < 2**31 for seed in seeds)
