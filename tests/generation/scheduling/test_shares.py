from __future__ import annotations

import pytest

from generation.scheduling.shares import call_seed, equal_shares, estimate_label


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


def test_later_turns_of_a_conversation_send_the_earlier_ones_again() -> None:
    opening = ["x" * 400]  # 100 tokens
    words = (10, 10)  # ten texts: 150 tokens

    alone = estimate_label(quota=30, n_texts=10, turns=1, words=words, opening=opening)
    talking = estimate_label(quota=30, n_texts=10, turns=3, words=words, opening=opening)

    assert (alone.calls, alone.prompt_tokens) == (3, 300)
    assert (talking.calls, talking.prompt_tokens) == (3, 100 + 300 + 500)


def test_a_label_without_a_share_costs_nothing() -> None:
    estimate = estimate_label(quota=0, n_texts=10, turns=1, words=(1, 9), opening=["x"])

    assert (estimate.calls, estimate.prompt_tokens, estimate.completion_tokens) == (0, 0, 0)
