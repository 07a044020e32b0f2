"""A ranking by pairwise comparisons as dots with intervals, and who beat whom as a small table."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from curation.reporting.scale import Axis, Tick

STEPS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0)
MOST_TICKS = 6


@dataclass(frozen=True, kw_only=True)
class ScoredTask:
    """One task's place: a score without natural zero, and its interval."""

    title: str
    score: float
    low: float
    high: float
    mark: str = ""  # beside the dot


@dataclass(frozen=True, kw_only=True)
class RankingRow:
    task: ScoredTask
    dot: float  # percent
    low: float  # percent
    high: float  # percent


@dataclass(frozen=True, kw_only=True)
class RankingChart:
    rows: list[RankingRow]
    ticks: list[Tick]


@dataclass(frozen=True, kw_only=True)
class PairCell:
    """How often the row's task was called more objective than the column's."""

    wins: int
    compared: int  # "cannot say" included
    same: bool = False  # the task with itself

    @property
    def css(self) -> str:
        """How clear it is, by shade; nothing where nobody has compared."""
        if self.same or not self.compared:
            return ""
        return f"agree-{min(4, int(5 * self.wins / self.compared))}"


def ranking_chart(tasks: Sequence[ScoredTask]) -> RankingChart | None:
    """Dots with intervals on one axis, in the order given; None without tasks.

    >>> chart = ranking_chart([ScoredTask(title="spam", score=1, low=0, high=2)])
    >>> chart.rows[0].dot, [tick.text for tick in chart.ticks]
    (50.0, ['0.0', '0.5', '1.0', '1.5', '2.0'])
    """
    if not tasks:
        return None
    axis, step = _axis([end for task in tasks for end in (task.low, task.score, task.high)])
    return RankingChart(
        rows=[
            RankingRow(
                task=task, dot=axis.at(task.score), low=axis.at(task.low), high=axis.at(task.high)
            )
            for task in tasks
        ],
        ticks=[Tick(x=tick.x, text=tick.text.replace("-", "−")) for tick in axis.ticks(step=step)],
    )


def _axis(values: Sequence[float]) -> tuple[Axis, float]:
    lowest, highest = min(values), max(values)
    for step in STEPS:
        low = math.floor(lowest / step + 1e-9) * step
        high = math.ceil(highest / step - 1e-9) * step
        if high - low < step / 2:
            low, high = low - step, high + step
        if (high - low) / step < MOST_TICKS:
            break
    return Axis(low=round(low, 6), high=round(high, 6)), step
