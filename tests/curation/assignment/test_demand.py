"""The book of one task."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from curation.assignment import Demand, demand

BOOKS = st.builds(
    Demand,
    wanted=st.integers(1, 7),
    votes=st.integers(0, 7),
    leased=st.integers(0, 3),
    skips=st.integers(0, 4),
)


@given(BOOKS, st.integers(1, 7), st.booleans(), st.booleans())
def test_votes_leases_and_what_is_due_never_pass_the_overlap(
    book: Demand, most: int, adaptive: bool, is_open: bool
) -> None:
    after = demand(
        book, most=most, most_skips=3, still_open=(lambda: is_open) if adaptive else None
    )

    assert after.due == 0 or after.votes + after.leased + after.due <= most
    assert after.due >= 0


def test_a_fixed_overlap_asks_until_it_is_full() -> None:
    book = Demand(wanted=3, votes=2, leased=0, skips=0)

    assert demand(book, most=3, most_skips=3, still_open=None).due == 1


def test_an_adaptive_round_waits_for_the_votes_that_are_out() -> None:
    book = Demand(wanted=2, votes=1, leased=1, skips=0)

    after = demand(book, most=5, most_skips=3, still_open=lambda: True)

    assert (after.wanted, after.due, after.state) == (2, 0, "open")


def test_a_task_skipped_too_often_is_set_aside() -> None:
    book = Demand(wanted=3, votes=0, leased=0, skips=3)

    after = demand(book, most=3, most_skips=3, still_open=None)

    assert (after.due, after.state) == (0, "set_aside")
