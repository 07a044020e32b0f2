"""Money with a lid: spend is reserved before a call goes out and settled when it is back.

Amounts are whole billionths of the currency ("nanos"), so that sums are exact. At 0.15 a million
tokens, one token costs 150 nanos.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from curation.errors import BadInput

NANOS = 1_000_000_000
PER_MILLION = NANOS // 1_000_000
MOST_NANOS = 2**63 - 1  # what a database column holds


@dataclass(frozen=True, kw_only=True)
class Price:
    """What a million tokens cost, and since when we believe so."""

    sent: Decimal  # ≥ 0, per million tokens of prompts
    written: Decimal  # ≥ 0, per million tokens of answers
    currency: str = "USD"
    as_of: str = ""  # a date, or "given" when the user said it

    @property
    def free(self) -> bool:
        return not (self.sent or self.written)

    def nanos(self, *, sent: int, written: int) -> int:
        """What so many tokens cost, rounded up.

        >>> Price(sent=Decimal("0.15"), written=Decimal("0.60")).nanos(sent=1000, written=100)
        210000
        """
        exact = (self.sent * sent + self.written * written) * PER_MILLION
        return int(exact.to_integral_value(rounding=ROUND_CEILING))


class Budget:
    """What has been spent, what may still be, and what calls on their way may cost.

    >>> budget = Budget(cap=100)
    >>> budget.reserve(60), budget.reserve(60)
    (True, False)
    >>> budget.settle(reserved=60, spent=25)
    >>> budget.reserve(60), budget.left
    (True, 15)
    """

    def __init__(self, *, cap: int | None, spent: int = 0) -> None:
        self.cap = cap  # None: no lid
        self.spent = spent  # for good, doubtful spend included
        self.reserved = 0
        self.refused = False  # whether a call may never go out, whatever the others will cost

    @property
    def left(self) -> int | None:
        """What is neither spent nor reserved; None without a cap."""
        return None if self.cap is None else self.cap - self.spent - self.reserved

    def reserve(self, amount: int) -> bool:
        """Set `amount` aside for a call; False, and nothing set aside, if the cap forbids it.

        Where it would fit once other calls are back and cost less than was set aside for them, it
        may be tried again then; else `refused` says that it is over.
        """
        if self.cap is not None and amount > self.cap - self.spent - self.reserved:
            self.refused = self.refused or amount > self.cap - self.spent
            return False
        self.reserved += amount
        return True

    def settle(self, *, reserved: int, spent: int) -> None:
        """A call is back: free what was reserved for it, and count what it cost."""
        self.reserved -= reserved
        self.spent += spent


def nanos_of(amount: str | Decimal | float) -> int:
    """An amount of money as people write it, in nanos.

    >>> nanos_of("0.25")
    250000000
    """
    try:
        nanos = Decimal(str(amount)) * NANOS
        if nanos.is_finite() and 0 <= nanos <= MOST_NANOS:
            return int(nanos.to_integral_value())
    except ArithmeticError:  # what decimals raise, for nonsense and for too much
        pass
    raise BadInput(f"{amount!r} is not an amount of money; write it like 2.50.")


def written_amount(nanos: int, *, currency: str = "USD") -> str:
    """An amount for people: two significant digits below one, cents above.

    >>> written_amount(1_234_567_890), written_amount(210_000), written_amount(0)
    ('1.23 USD', '0.00021 USD', '0 USD')
    """
    if not nanos:
        return f"0 {currency}"
    amount = Decimal(nanos) / NANOS
    digits = 2 if amount >= 1 else 1 - amount.adjusted()
    return f"{amount:.{digits}f} {currency}"
