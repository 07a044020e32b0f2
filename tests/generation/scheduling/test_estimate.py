from __future__ import annotations

from decimal import Decimal

import pytest

from generation.scheduling.budget import Price
from generation.scheduling.estimate import Estimate, estimate_calls, estimate_range

OPENING = ["x" * 400]  # 100 tokens


def test_later_turns_of_a_conversation_send_the_earlier_ones_again() -> None:
    alone = estimate_calls(quota=30, n_texts=10, turns=1, words=10, opening=OPENING)
    talking = estimate_calls(quota=30, n_texts=10, turns=3, words=10, opening=OPENING)

    assert (alone.calls, alone.prompt_tokens, alone.completion_tokens) == (3, 300, 450)
    assert talking.calls == 3
    assert talking.prompt_tokens == 100 + (100 + 200) + (100 + 400)  # an answer and a half prompt
    assert talking.completion_tokens == alone.completion_tokens


def test_a_conversation_that_is_over_begins_anew() -> None:
    two = estimate_calls(quota=40, n_texts=10, turns=2, words=10, opening=OPENING)

    assert two.prompt_tokens == 2 * (100 + 300)


def test_texts_that_do_not_pass_are_asked_for_again() -> None:
    estimate = estimate_calls(
        quota=30, n_texts=10, turns=1, words=10, opening=OPENING, share_good=0.5
    )

    assert estimate.calls == 6


def test_a_label_without_a_share_costs_nothing() -> None:
    estimate = estimate_calls(quota=0, n_texts=10, turns=1, words=5, opening=OPENING)

    assert estimate == Estimate(calls=0, prompt_tokens=0, completion_tokens=0)


def test_the_range_holds_what_is_likely() -> None:
    found = estimate_range(quota=100, n_texts=10, turns=5, words=(8, 28), opening=OPENING)

    assert found.low.calls == 10
    assert found.high.calls == 17
    for name in ("calls", "prompt_tokens", "completion_tokens"):
        low, likely, high = (getattr(end, name) for end in (found.low, found.likely, found.high))
        assert low < likely < high


def test_estimates_add_up_and_have_a_price() -> None:
    one = Estimate(calls=1, prompt_tokens=1_000_000, completion_tokens=500_000)
    price = Price(sent=Decimal("0.15"), written=Decimal("0.60"))

    assert (one + one).cost(price) == 2 * one.cost(price) == pytest.approx(900_000_000)
