"""How many more votes a task may be asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

OPEN, FULL, SETTLED, SET_ASIDE = "open", "full", "settled", "set_aside"


@dataclass(frozen=True, kw_only=True)
class Demand:
    """One task's book: votes that came, leases that are out, and what may still be handed out."""

    wanted: int  # votes asked for so far
    votes: int  # that count
    leased: int  # tasks in people's hands now
    skips: int
    due: int = 0  # may be handed out: never more than wanted − votes − leased
    state: str = OPEN


def demand(
    book: Demand, *, most: int, most_skips: int, still_open: Callable[[], bool] | None
) -> Demand:
    """The book after something changed: closed, left as it is, or one vote more asked for.

    Args:
        most: the overlap; votes and leases together never pass it.
        most_skips: skips after which nobody else is asked.
        still_open: for an adaptive round, whether the decision is open on the votes there are;
            asked only when all votes wanted so far are in. None: a fixed overlap.

    >>> book = Demand(wanted=2, votes=2, leased=0, skips=0)
    >>> demand(book, most=5, most_skips=3, still_open=lambda: True)
    Demand(wanted=3, votes=2, leased=0, skips=0, due=1, state='open')
    >>> demand(book, most=5, most_skips=3, still_open=lambda: False).state
    'settled'
    """
    wanted = min(most, max(book.wanted, book.votes))
    state = OPEN
    if book.votes >= most:
        state = FULL
    elif book.skips >= most_skips and book.leased == 0:
        state = SET_ASIDE
    elif book.votes >= wanted and book.leased == 0:
        if still_open is not None and not still_open():
            state = SETTLED
        else:
            wanted = book.votes + 1
    due = max(0, wanted - book.votes - book.leased) if state == OPEN else 0
    if book.skips >= most_skips:
        due = 0
    return Demand(
        wanted=wanted,
        votes=book.votes,
        leased=book.leased,
        skips=book.skips,
        due=due,
        state=state,
    )
