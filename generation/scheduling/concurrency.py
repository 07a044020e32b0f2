"""How many calls may be on their way: found out by additive increase, multiplicative decrease.

The rule of TCP's congestion control (Jacobson 1988): double until the first sign of overload, then
one more for each round of answers, and a quarter less at each further sign. Signs that come in
from calls sent before the last decrease belong to the same burst and count once.
"""

from __future__ import annotations

START = 4.0
DECREASE = 0.75


class Concurrency:
    """The level of one endpoint and model, between 1 and `ceiling`.

    >>> level = Concurrency(ceiling=32)
    >>> level.overloaded(sent=0.0, now=1.0)
    >>> level.calls
    3
    """

    def __init__(self, *, ceiling: int, start: int | None = None) -> None:
        self.ceiling = ceiling
        self._level = min(START if start is None else float(start), float(ceiling))
        self._probing = True  # no overload yet: grow fast
        self.decreased_at = float("-inf")

    @property
    def calls(self) -> int:
        """Calls that may be on their way at the same time, ≥ 1."""
        return int(self._level)

    def answered(self, *, under_way: int) -> None:
        """A call was answered while `under_way` (it included) were out; grows if all were used."""
        if under_way < self.calls:
            return
        step = 1.0 if self._probing else 1.0 / self._level
        self._level = min(self._level + step, float(self.ceiling))

    def overloaded(self, *, sent: float, now: float) -> None:
        """A call that went out at `sent` came back with a sign of too much at once."""
        if sent < self.decreased_at:
            return
        self._probing = False
        self.decreased_at = now
        self._level = max(1.0, self._level * DECREASE)
