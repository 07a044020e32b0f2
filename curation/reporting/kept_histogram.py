"""Agreement per label, kept on the baseline and dropped above it, with the line that decides."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from curation.reporting.palette import LabelStyle
from curation.reporting.scale import Axis, Tick

BINS = 20  # per unit of agreement; a bar begins at the agreement it stands for
HEIGHT = 76  # pixels of one label's panel
ROOM = 16  # of them above the highest bar, for its number
GAP = 0.12  # of a bin, between neighbours
CROWDED = 12  # bars from which numbers would not find room


@dataclass(frozen=True, kw_only=True)
class Level:
    """Examples of one label whose agreement is the same."""

    label: int  # position
    agreement: float  # in (0, 1]
    kept: int
    dropped: int


@dataclass(frozen=True, kw_only=True)
class SplitBar:
    agreement: float  # where the bin begins
    kept: int
    dropped: int
    x: float  # percent
    width: float  # percent
    middle: float  # percent
    kept_y: float  # pixels from the top
    kept_height: float
    dropped_y: float
    dropped_height: float
    number_y: float


@dataclass(frozen=True, kw_only=True)
class SplitPanel:
    label: LabelStyle
    bars: list[SplitBar]
    kept: int
    examples: int
    cut_x: float | None  # percent; where this label's line stands, None without one


@dataclass(frozen=True, kw_only=True)
class KeptHistogram:
    panels: list[SplitPanel]
    ticks: list[Tick]
    low: float  # agreement at the left end
    high: float  # and at the right one, a bin beyond 1
    numbers: bool  # whether bars find room for their numbers
    height: int = HEIGHT
    base: int = HEIGHT - 1


def kept_histogram(
    levels: Iterable[Level], labels: Sequence[LabelStyle], *, cuts: Sequence[float | None]
) -> KeptHistogram | None:
    """Small histograms that share both scales; None when nothing was judged.

    Args:
        levels: any number per label.
        labels: K ≥ 1 labels, in order.
        cuts: (K,) the agreement from which examples of a label are kept; None for no line.
    """
    binned: dict[tuple[int, int], tuple[int, int]] = {}
    for level in levels:
        place = (level.label, math.floor(level.agreement * BINS + 1e-6))
        kept, dropped = binned.get(place, (0, 0))
        binned[place] = (kept + level.kept, dropped + level.dropped)
    if not binned:
        return None
    drawn = [cut for cut in cuts if cut is not None]
    lowest = min([code / BINS for _, code in binned] + [0.5, *drawn])
    axis = Axis(low=max(0.0, math.floor(lowest * 10 + 1e-6) / 10), high=1 + 1 / BINS)
    highest = max(kept + dropped for kept, dropped in binned.values())
    per_label = max(sum(label == one.position for label, _ in binned) for one in labels)
    return KeptHistogram(
        panels=[
            _panel(label, binned, axis, highest, cut)
            for label, cut in zip(labels, cuts, strict=True)
        ],
        ticks=axis.ticks(step=0.1),
        low=axis.low,
        high=axis.high,
        numbers=per_label < CROWDED,
    )


def _panel(
    label: LabelStyle,
    binned: dict[tuple[int, int], tuple[int, int]],
    axis: Axis,
    highest: int,
    cut: float | None,
) -> SplitPanel:
    mine = sorted((code, n) for (position, code), n in binned.items() if position == label.position)
    return SplitPanel(
        label=label,
        bars=[_bar(code / BINS, kept, dropped, axis, highest) for code, (kept, dropped) in mine],
        kept=sum(kept for _, (kept, _) in mine),
        examples=sum(sum(n) for _, n in mine),
        cut_x=None if cut is None else axis.at(cut),
    )


def _bar(agreement: float, kept: int, dropped: int, axis: Axis, highest: int) -> SplitBar:
    left = axis.at(agreement + GAP / 2 / BINS)
    right = axis.at(agreement + (1 - GAP / 2) / BINS)
    scale = (HEIGHT - ROOM - 1) / highest
    kept_height = max(1.5, kept * scale) if kept else 0.0
    dropped_height = max(1.5, dropped * scale) if dropped else 0.0
    kept_y = HEIGHT - 1 - kept_height
    return SplitBar(
        agreement=agreement,
        kept=kept,
        dropped=dropped,
        x=left,
        width=round(right - left, 3),
        middle=round((left + right) / 2, 3),
        kept_y=round(kept_y, 2),
        kept_height=round(kept_height, 2),
        dropped_y=round(kept_y - dropped_height, 2),
        dropped_height=round(dropped_height, 2),
        number_y=round(kept_y - dropped_height - 4, 2),
    )
