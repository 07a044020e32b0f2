"""Axes that cover what is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TypeVar

from curation.reporting.scale import Axis, covering
from training.studies.report_shape import Band

MOST_TICKS = 6

T = TypeVar("T")


def fitting(bands: Sequence[Band], *, zero: bool = False) -> tuple[Axis, float]:
    """An axis around all intervals and, with `zero`, around 0; and the step of its ticks.

    >>> axis, step = fitting([Band(mean=0.6, low=0.55, high=0.7)])
    >>> axis, step
    (Axis(low=0.55, high=0.7), 0.05)
    """
    ends = [end for band in bands for end in (band["low"], band["high"])]
    ends += [0.0] if zero or not ends else []
    return covering(ends, most_ticks=MOST_TICKS)


def minus(number: str) -> str:
    """With the typographer's sign.

    >>> minus("-0.1")
    '−0.1'
    """
    return number.replace("-", "−")


def groups(things: Sequence[T], *, most: int) -> list[Sequence[T]]:
    """As few groups of at most `most` as can be, about as large as each other, in order.

    >>> groups("abcdefg", most=3)
    ['abc', 'de', 'fg']
    """
    number = -(-len(things) // most)
    ends = [-(-at * len(things) // number) for at in range(number + 1)] if number else []
    return [things[start:end] for start, end in pairwise(ends)]
