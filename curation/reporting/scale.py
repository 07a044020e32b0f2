"""Values → places along a horizontal axis."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

STEPS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.25)


@dataclass(frozen=True, kw_only=True)
class Tick:
    x: float  # percent of the width
    text: str


@dataclass(frozen=True, kw_only=True)
class Axis:
    """A linear axis from `low` to `high`, drawn from 0 % to 100 %."""

    low: float
    high: float

    def at(self, value: float) -> float:
        """Percent of the width; values beyond the ends stay at the ends.

        >>> Axis(low=0.5, high=1.0).at(0.75)
        50.0
        """
        share = (value - self.low) / (self.high - self.low)
        return round(100 * min(max(share, 0.0), 1.0), 3)

    def ticks(self, *, step: float) -> list[Tick]:
        """Ticks at the multiples of `step` inside the axis.

        >>> [(tick.text, tick.x) for tick in Axis(low=0.5, high=0.7).ticks(step=0.1)]
        [('0.5', 0.0), ('0.6', 50.0), ('0.7', 100.0)]
        """
        digits = max(1, -math.floor(math.log10(step) + 1e-9))
        if step == 0.25:
            digits = 2
        first = math.ceil(self.low / step - 1e-9)
        last = math.floor(self.high / step + 1e-9)
        return [
            Tick(x=self.at(number * step), text=f"{number * step:.{digits}f}")
            for number in range(first, last + 1)
        ]


def covering(values: Iterable[float], *, most_ticks: int = 5) -> tuple[Axis, float]:
    """An axis that covers scores in [0, 1] with room to see differences, and its step.

    >>> axis, step = covering([0.512, 0.634])
    >>> axis, step
    (Axis(low=0.5, high=0.65), 0.05)
    """
    seen = list(values)
    lowest, highest = min(seen), max(seen)
    for step in STEPS:
        low = math.floor(lowest / step + 1e-9) * step
        high = math.ceil(highest / step - 1e-9) * step
        if high - low < step / 2:
            low, high = low - step, high + step
        if (high - low) / step < most_ticks:
            break
    return Axis(low=round(low, 6), high=round(high, 6)), step
