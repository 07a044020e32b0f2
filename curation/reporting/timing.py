"""Times per answer of one annotator beside the peers', as bars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

EDGES = (0.0, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0)  # seconds; the last bin has no end
HEIGHT = 56  # pixels of one row of bars


@dataclass(frozen=True, kw_only=True)
class TimeBar:
    words: str  # "2 to 4 s"
    answers: int
    x: float  # percent
    width: float  # percent
    y: float  # pixels from the top
    height: float  # pixels


@dataclass(frozen=True, kw_only=True)
class TimeRow:
    """One group's times. Heights are shares, so that few and many answers can be compared."""

    title: str
    bars: list[TimeBar]
    answers: int
    median: float


@dataclass(frozen=True, kw_only=True)
class TimeChart:
    rows: list[TimeRow]
    ticks: list[tuple[float, str]]  # percent, words
    height: int = HEIGHT


def time_chart(groups: Sequence[tuple[str, npt.NDArray[np.float64]]]) -> TimeChart | None:
    """A row of bars per group; None when no group has times.

    Args:
        groups: title and seconds of each answer, NaN where unknown.

    >>> chart = time_chart([("ann", np.array([1.5, 3.0, 3.5, np.nan]))])
    >>> [(bar.words, bar.answers) for bar in chart.rows[0].bars if bar.answers]
    [('1 to 2 s', 1), ('2 to 4 s', 2)]
    """
    known = [(title, times[~np.isnan(times)]) for title, times in groups]
    known = [(title, times) for title, times in known if len(times)]
    if not known:
        return None
    counted = [np.histogram(times, bins=[*EDGES, np.inf])[0] for _, times in known]
    tallest = max(float((counts / counts.sum()).max()) for counts in counted)
    width = 100 / len(EDGES)
    return TimeChart(
        rows=[
            TimeRow(
                title=title,
                bars=_bars(counts, tallest),
                answers=len(times),
                median=float(np.median(times)),
            )
            for (title, times), counts in zip(known, counted, strict=True)
        ],
        ticks=[(round(place * width, 3), f"{edge:g}") for place, edge in enumerate(EDGES)],
    )


def _bars(counts: npt.NDArray[np.int64], tallest: float) -> list[TimeBar]:
    width = 100 / len(EDGES)
    heights = (HEIGHT - 2) * counts / counts.sum() / tallest
    return [
        TimeBar(
            words=_words(place),
            answers=int(n),
            x=round(place * width, 3),
            width=round(width - 0.4, 3),
            y=round(HEIGHT - float(height), 2),
            height=round(float(height), 2),
        )
        for place, (n, height) in enumerate(zip(counts.tolist(), heights, strict=True))
    ]


def _words(place: int) -> str:
    if place + 1 == len(EDGES):
        return f"{EDGES[place]:g} s and more"
    return f"{EDGES[place]:g} to {EDGES[place + 1]:g} s"
