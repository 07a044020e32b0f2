"""What an example that is kept has cost: its share of all texts and all votes."""

from __future__ import annotations

import math
from dataclasses import dataclass

from django.conf import settings
from django.utils.module_loading import import_string

from curation.errors import BadInput
from curation.models import Project

LIMIT = 1_000_000.0  # of one vote, in any currency


@dataclass(frozen=True, kw_only=True)
class Spent:
    """Money spent on a project's texts; None where nobody knows, or runs differ in currency."""

    amount: float | None = None
    currency: str = ""


@dataclass(frozen=True, kw_only=True)
class Cost:
    """Of one kept example. Rows that are dropped were paid for, too."""

    votes: float  # votes cast for each example that is kept
    money: float | None  # None where no price is known
    currency: str  # "" where none is known
    sentence: str  # what is counted


def spent_on_texts(project: Project) -> Spent:
    """Asked of generation by name; nothing is known where no such name is set."""
    path: str = getattr(settings, "CONCORD_SPENT", "")
    if not path:
        return Spent()
    amount, currency = import_string(path)(project)
    return Spent(amount=amount, currency=currency)


def price_of_vote(given: str) -> float | None:
    """The price somebody typed; None for none.

    Raises:
        BadInput: it is no amount.
    """
    if not given.strip():
        return None
    try:
        price = float(given)
    except ValueError:
        price = math.nan
    if not 0 <= price <= LIMIT:
        raise BadInput("The price of a vote must be a number from 0 upwards, such as 0.05.")
    return price


def cost_of(*, kept: int, votes: int, price: float | None, texts: Spent) -> Cost | None:
    """What one of `kept` examples has cost; None where nothing is kept.

    >>> cost_of(kept=2, votes=10, price=0.05, texts=Spent(amount=0.3, currency="USD")).money
    0.4
    """
    if not kept:
        return None
    parts = []
    if texts.amount is not None:
        parts.append(f"{texts.amount:.4g} {texts.currency} for generating the texts".strip())
    if price is not None:
        parts.append(f"{votes:,} votes at {price:g} each")
    known = [part for part in (texts.amount, None if price is None else votes * price)
             if part is not None]  # fmt: skip
    return Cost(
        votes=votes / kept,
        money=sum(known) / kept if known else None,
        currency=texts.currency,
        sentence=" and ".join(parts),
    )
