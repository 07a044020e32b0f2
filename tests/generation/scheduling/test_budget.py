from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.errors import BadInput
from generation.scheduling.budget import Budget, Price, nanos_of, written_amount


@given(
    cap=st.integers(0, 1_000),
    calls=st.lists(st.tuples(st.integers(0, 200), st.floats(0, 1), st.booleans()), max_size=60),
)
def test_whatever_calls_cost_up_to_what_was_set_aside_the_cap_holds(
    cap: int, calls: list[tuple[int, float, bool]]
) -> None:
    budget, under_way = Budget(cap=cap), []
    for amount, share, settle in calls:
        if budget.reserve(amount):
            under_way.append((amount, int(amount * share)))
        if settle and under_way:
            reserved, spent = under_way.pop()
            budget.settle(reserved=reserved, spent=spent)
        assert budget.spent + budget.reserved <= cap
        assert budget.left == cap - budget.spent - budget.reserved

    for reserved, spent in under_way:
        budget.settle(reserved=reserved, spent=spent)
    assert (budget.reserved, budget.spent <= cap) == (0, True)


def test_a_call_that_fits_once_others_are_back_is_not_refused_for_good() -> None:
    budget = Budget(cap=100)
    budget.reserve(90)

    assert not budget.reserve(50)
    assert not budget.refused
    budget.settle(reserved=90, spent=10)

    assert budget.reserve(50)


def test_a_call_that_can_never_fit_is_refused_for_good() -> None:
    budget = Budget(cap=100, spent=60)
    budget.reserve(10)

    assert not budget.reserve(41)

    assert budget.refused
    assert budget.left == 30


def test_without_a_cap_everything_may_be_spent() -> None:
    budget = Budget(cap=None)

    assert budget.reserve(10**18)
    assert (budget.left, budget.refused) == (None, False)


def test_a_cap_of_nothing_lets_only_free_calls_through() -> None:
    budget = Budget(cap=0)

    assert budget.reserve(0)
    assert not budget.reserve(1)


def test_a_price_is_rounded_up_and_exact_otherwise() -> None:
    price = Price(sent=Decimal("0.00001"), written=Decimal("3"))

    assert price.nanos(sent=1, written=0) == 1
    assert price.nanos(sent=0, written=7) == 21_000
    assert not price.free
    assert Price(sent=Decimal(0), written=Decimal(0)).free


@pytest.mark.parametrize(
    ("said", "nanos"), [("2.50", 2_500_000_000), ("0", 0), (3, 3_000_000_000), ("1e-9", 1)]
)
def test_amounts_are_read_as_people_write_them(said: str, nanos: int) -> None:
    assert nanos_of(said) == nanos


@pytest.mark.parametrize("said", ["", "two", "-1", "nan", "inf", "1e12", "1e999999", "2,50"])
def test_what_is_no_amount_gets_a_sentence(said: str) -> None:
    with pytest.raises(BadInput, match=r"is not an amount of money; write it like 2\.50"):
        nanos_of(said)


@pytest.mark.parametrize(
    ("nanos", "words"),
    [(0, "0 EUR"), (1, "0.0000000010 EUR"), (990_000_000, "0.99 EUR"), (10**12, "1000.00 EUR")],
)
def test_amounts_are_written_for_people(nanos: int, words: str) -> None:
    assert written_amount(nanos, currency="EUR") == words
