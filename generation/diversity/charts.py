"""A report → what its page draws. Horizontal places are percent, vertical ones pixels."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from curation.reporting.scale import Axis, Tick
from generation.diversity.equal_n import Spread
from generation.diversity.measures import MEASURES
from generation.diversity.report import REAL, DiversityReport, GroupReport, Spreads
from generation.diversity.similarity import BINS, HIGH, LOW

HEIGHT = 56  # pixels of one group's histogram
IDEAL = {"auc": 0.5}


@dataclass(frozen=True, kw_only=True)
class MeasureBar:
    name: str
    title: str
    is_real: bool
    width: float  # percent
    text: str  # the value with its spread


@dataclass(frozen=True, kw_only=True)
class MeasureChart:
    """One measure of every group, as bars from 0; real texts as a line through them."""

    title: str
    reading: str
    bars: list[MeasureBar]
    real_x: float | None  # percent
    ideal_x: float | None  # percent


@dataclass(frozen=True, kw_only=True)
class HistogramBar:
    x: float  # percent
    width: float  # percent
    y: float  # pixels from the top
    height: float  # pixels


@dataclass(frozen=True, kw_only=True)
class SimilarityPanel:
    title: str
    is_real: bool
    bars: list[HistogramBar]
    mean_x: float  # percent
    mean: str


@dataclass(frozen=True, kw_only=True)
class SimilarityChart:
    """Real texts by their similarity to each group, on common scales."""

    panels: list[SimilarityPanel]
    ticks: list[Tick]
    height: int = HEIGHT


def group_title(name: str) -> str:
    """How people read a group's name.

    >>> group_title("few_shot")
    'few-shot'
    """
    return name.replace("_", "-")


def number(key: str, value: Spread) -> str:
    """A measure with its spread over draws, or a dash.

    >>> number("auc", Spread(mean=0.5, std=0.01, draws=5))
    '0.500 ± 0.010'
    """
    digits = MEASURES[key].digits
    if math.isnan(value.mean):
        return "–"
    if math.isnan(value.std):
        return f"{value.mean:.{digits}f}"
    return f"{value.mean:.{digits}f} ± {value.std:.{digits}f}"


def auc_with_interval(group: GroupReport) -> str:
    """The pooled AUC with its 95 % interval over texts; "" where it was not measured."""
    low, high = group.auc_interval
    if math.isnan(low):
        return ""
    return f"{group.pooled['auc'].mean:.3f} [{low:.3f}, {high:.3f}]"


def measure_charts(groups: Sequence[tuple[str, Spreads]]) -> list[MeasureChart]:
    """One chart for each measure that is defined for a group.

    Args:
        groups: name and measures of each, in the order drawn.
    """
    charts = []
    for key in MEASURES:
        values = {name: spreads[key] for name, spreads in groups}
        if not all(math.isnan(value.mean) for value in values.values()):
            charts.append(_chart(key, values))
    return charts


def _chart(key: str, values: dict[str, Spread]) -> MeasureChart:
    means = {name: value.mean for name, value in values.items() if not math.isnan(value.mean)}
    highest = max([*means.values(), IDEAL.get(key, 0.0)])
    axis = Axis(low=0.0, high=highest or 1.0)
    return MeasureChart(
        title=MEASURES[key].title,
        reading=MEASURES[key].reading,
        bars=[
            MeasureBar(
                name=name,
                title=group_title(name),
                is_real=name == REAL,
                width=axis.at(means.get(name, 0.0)),
                text=number(key, value),
            )
            for name, value in values.items()
        ],
        real_x=axis.at(means[REAL]) if REAL in means else None,
        ideal_x=axis.at(IDEAL[key]) if key in IDEAL else None,
    )


def similarity_chart(report: DiversityReport) -> SimilarityChart | None:
    """A histogram for each group; None where similarity was not measured."""
    groups = [group for group in report.groups if sum(group.histogram)]
    if not groups:
        return None
    axis = Axis(low=LOW, high=HIGH)
    highest = max(max(group.histogram) / sum(group.histogram) for group in groups)
    return SimilarityChart(
        panels=[_panel(group, axis, highest) for group in groups], ticks=axis.ticks(step=0.2)
    )


def _panel(group: GroupReport, axis: Axis, highest: float) -> SimilarityPanel:
    step = 100 / BINS
    bars = []
    for place, count in enumerate(group.histogram):
        height = round((HEIGHT - 1) * count / sum(group.histogram) / highest, 2)
        if count:
            bars.append(
                HistogramBar(
                    x=round((place + 0.08) * step, 3),
                    width=round(0.84 * step, 3),
                    y=round(HEIGHT - 1 - height, 2),
                    height=height,
                )
            )
    mean = group.pooled["similarity"]
    return SimilarityPanel(
        title=group_title(group.name),
        is_real=group.name == REAL,
        bars=bars,
        mean_x=axis.at(mean.mean),
        mean=number("similarity", mean),
    )
