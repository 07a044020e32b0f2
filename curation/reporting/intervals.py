"""Scores of training sources as dots with intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from curation.reporting.scale import Tick, covering


@dataclass(frozen=True, kw_only=True)
class ScoredSource:
    """One training source's score on the test set."""

    key: str
    title: str
    role: str  # "curated", "random" or "plain": how it is drawn
    mean: float
    std: float
    low: float
    high: float
    seeds: int
    train_rows: int | None
    accuracy_mean: float
    accuracy_std: float
    accuracy_low: float
    accuracy_high: float
    collapsed: bool


@dataclass(frozen=True, kw_only=True)
class IntervalRow:
    source: ScoredSource
    dot: float  # percent
    low: float  # percent
    high: float  # percent


@dataclass(frozen=True, kw_only=True)
class IntervalChart:
    rows: list[IntervalRow]
    ticks: list[Tick]


def interval_chart(sources: Sequence[ScoredSource]) -> IntervalChart | None:
    """A dot-and-interval chart; None without sources. Dots need no zero, so the axis has none."""
    if not sources:
        return None
    axis, step = covering([end for one in sources for end in (one.low, one.high, one.mean)])
    return IntervalChart(
        rows=[
            IntervalRow(
                source=one, dot=axis.at(one.mean), low=axis.at(one.low), high=axis.at(one.high)
            )
            for one in sources
        ],
        ticks=axis.ticks(step=step),
    )
