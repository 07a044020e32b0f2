"""Agreement a_i per label, as one small histogram under the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from curation.reporting.palette import LabelStyle
from curation.reporting.scale import Axis, Tick

BINS = 20  # per unit of agreement: a bar is 0.05 wide and centred on a multiple of it
HEIGHT = 84  # pixels of one label's panel
ROOM = 28  # of them above the highest bar, for its number


@dataclass(frozen=True, kw_only=True)
class Bar:
    agreement: float  # centre of the bin
    examples: int
    x: float  # percent
    width: float  # percent
    middle: float  # percent
    y: float  # pixels from the top
    height: float  # pixels
    number_y: float  # pixels; where its number stands
    kept: bool  # at or above the threshold


@dataclass(frozen=True, kw_only=True)
class Panel:
    label: LabelStyle
    bars: list[Bar]
    examples: int


@dataclass(frozen=True, kw_only=True)
class Histogram:
    panels: list[Panel]
    ticks: list[Tick]
    threshold: float | None
    threshold_x: float | None  # percent; None when no threshold is drawn
    examples: int
    height: int = HEIGHT
    base: int = HEIGHT - 1


def agreement_histogram(
    counts: Mapping[tuple[int, float], int],
    labels: Sequence[LabelStyle],
    *,
    threshold: float | None = None,
) -> Histogram | None:
    """Small histograms of a_i that share both scales; None when nothing was judged.

    Args:
        counts: (label position, a_i) → examples.
        labels: K ≥ 2 labels, in order.
        threshold: γ; bars below it are drawn as lost.
    """
    binned = _binned(counts)
    if not binned:
        return None
    half = 0.5 / BINS
    lowest = min([code / BINS for _, code in binned] + [1 / len(labels), threshold or 1])
    axis = Axis(low=max(lowest - half, 0.0), high=1 + half)
    highest = max(binned.values())
    return Histogram(
        panels=[_panel(label, binned, axis, highest, threshold) for label in labels],
        ticks=axis.ticks(step=0.1),
        threshold=threshold,
        threshold_x=None if threshold is None else axis.at(threshold - half),
        examples=sum(binned.values()),
    )


def _binned(counts: Mapping[tuple[int, float], int]) -> dict[tuple[int, int], int]:
    binned: dict[tuple[int, int], int] = {}
    for (position, agreement), examples in counts.items():
        place = (position, round(agreement * BINS))
        binned[place] = binned.get(place, 0) + examples
    return binned


def _panel(
    label: LabelStyle,
    binned: Mapping[tuple[int, int], int],
    axis: Axis,
    highest: int,
    threshold: float | None,
) -> Panel:
    mine = sorted((code, n) for (position, code), n in binned.items() if position == label.position)
    bars = [_bar(code / BINS, n, axis, highest, threshold) for code, n in mine]
    return Panel(label=label, bars=bars, examples=sum(n for _, n in mine))


def _bar(agreement: float, examples: int, axis: Axis, highest: int, threshold: float | None) -> Bar:
    half = 0.42 / BINS  # a little air between neighbours
    left, right = axis.at(agreement - half), axis.at(agreement + half)
    height = max(1.5, (HEIGHT - ROOM - 1) * examples / highest)
    top = HEIGHT - 1 - height
    return Bar(
        agreement=agreement,
        examples=examples,
        x=left,
        width=round(right - left, 3),
        middle=axis.at(agreement),
        y=round(top, 2),
        height=round(height, 2),
        number_y=round(top - 4, 2),
        kept=threshold is None or agreement >= threshold - 0.5 / BINS,
    )
