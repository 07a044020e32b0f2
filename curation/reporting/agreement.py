"""How far a project's annotators agree: in words, and as places on charts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from curation.agreement.overview import BINS, Confused, Figure, Meeting, Overview, Reach
from curation.reporting import wording
from curation.reporting.palette import LabelStyle
from curation.reporting.scale import Axis, Tick
from curation.reporting.wording import NO_BREAK

RELIABLE, TENTATIVE = 0.8, 0.667  # Krippendorff's customary limits for α
HEIGHT, ROOM = 96, 24  # pixels of a histogram, and of them above its highest bar

TITLES = {
    "nominal_alpha": "Krippendorff’s α",
    "ordinal_alpha": "Krippendorff’s α, ordinal",
    "fleiss_kappa": "Fleiss’ κ",
    "pairwise_kappa": "Cohen’s κ, mean over pairs",
    "gwet_ac1": "Gwet’s AC1",
}
MEANINGS = {
    "nominal_alpha": "every two labels are equally far apart; any number of votes per text",
    "ordinal_alpha": "if the labels stand in an order, a near miss weighs less than a far one",
    "fleiss_kappa": "chance is voting by the project’s shares of labels",
    "pairwise_kappa": "each pair of annotators by itself, weighing by the texts they share",
    "gwet_ac1": "chance is guessing on hard texts only; does not fall when labels are skewed",
}


@dataclass(frozen=True, kw_only=True)
class FigureRow:
    title: str
    meaning: str
    value: str
    interval: str
    n: str
    reason: str
    dot: float | None  # percent; None where there is nothing to draw
    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class FigureChart:
    rows: list[FigureRow]
    ticks: list[Tick]
    zero: float  # percent; what chance would give


@dataclass(frozen=True, kw_only=True)
class Bar:
    agreement: float
    examples: int
    x: float  # percent
    width: float  # percent
    middle: float  # percent
    y: float  # pixels
    height: float  # pixels


@dataclass(frozen=True, kw_only=True)
class Spread:
    """Examples by agreement, one histogram."""

    title: str
    css: str
    mean: str
    mean_x: float  # percent
    bars: list[Bar]


@dataclass(frozen=True, kw_only=True)
class SpreadChart:
    spreads: list[Spread]
    ticks: list[Tick]
    height: int = HEIGHT
    base: int = HEIGHT - 1


@dataclass(frozen=True, kw_only=True)
class MeetingCell:
    share: str  # percent of the votes beside one for the row's label
    bar: float  # percent
    chance: float | None  # percent
    same: bool
    examples: int


@dataclass(frozen=True, kw_only=True)
class MeetingRow:
    label: LabelStyle
    cells: list[MeetingCell]


def finding(found: Overview) -> str:
    """What the numbers mean for the reader, in a sentence with their uncertainty."""
    alpha = found.figure("nominal_alpha")
    if alpha is None or alpha.value is None:
        return f"Agreement cannot be measured yet. {alpha.reason if alpha else ''}".strip()
    said = f"α = {wording.decimal(alpha.value, 2)}"
    if alpha.low is not None and alpha.high is not None:
        low, high = wording.decimal(alpha.low, 2), wording.decimal(alpha.high, 2)
        said += f", 95{NO_BREAK}% interval {low} to {high}"
    texts = wording.plural(alpha.n, "text")
    return f"{_judgement(alpha)} ({said}, {texts} with two votes or more)."


def _judgement(alpha: Figure) -> str:
    assert alpha.value is not None
    low = alpha.value if alpha.low is None else alpha.low
    high = alpha.value if alpha.high is None else alpha.high
    if high < 0:
        return "Annotators agree less than chance would have it: look at who votes, and how"
    if low <= 0:
        return "No agreement beyond chance can be seen"
    if alpha.value >= RELIABLE:
        return "Annotators mostly see the same: one label per text can be taken as given"
    if alpha.value >= TENTATIVE:
        return "Annotators often see the same: what rests on single labels is tentative"
    return (
        "Annotators agree more than by chance and see many texts differently: for these a single "
        "label hides what people think"
    )


def posterior_words(found: Overview) -> str:
    """What few votes leave open, in a sentence."""
    votes = found.votes / found.examples
    if not found.fitted:
        return (
            "No text has two votes, so nothing is known about agreement; the posterior below only "
            "says what was assumed beforehand."
        )
    gap = found.raw_mean - found.posterior_mean
    direction = "higher" if gap >= 0 else "lower"
    return (
        f"With {votes:.1f} votes per text, raw agreement is {abs(gap):.2f} {direction} on average "
        f"than more votes would show, and a text’s own is known to ±{found.half_width:.2f}."
    )


def figure_chart(figures: Sequence[Figure]) -> FigureChart:
    """Statistics as dots with intervals on one axis that shows chance at 0."""
    ends = [end for one in figures for end in (one.low, one.value) if end is not None]
    lowest = min([0.0, *ends])
    axis = Axis(low=-1.0 if lowest < -0.2 else -0.2 if lowest < 0 else 0.0, high=1.0)
    return FigureChart(
        rows=[_figure_row(one, axis) for one in figures],
        ticks=axis.ticks(step=0.5 if axis.low == -1 else 0.2),
        zero=axis.at(0.0),
    )


def _figure_row(one: Figure, axis: Axis) -> FigureRow:
    dot = None if one.value is None else axis.at(one.value)
    return FigureRow(
        title=TITLES[one.name],
        meaning=MEANINGS[one.name],
        value=wording.decimal(one.value),
        interval=wording.between(one.low, one.high),
        n=wording.plural(one.n, "text") if one.value is not None else "",
        reason=one.reason,
        dot=dot,
        low=(dot or 0.0) if one.low is None else axis.at(one.low),
        high=(dot or 0.0) if one.high is None else axis.at(one.high),
    )


def spread_chart(found: Overview) -> SpreadChart:
    """Raw agreement above its posterior mean, on the same scales."""
    seen = [
        place / BINS
        for bins in (found.raw_bins, found.posterior_bins)
        for place, n in enumerate(bins)
        if n
    ]
    half = 0.5 / BINS
    axis = Axis(low=max(min(seen) - half, 0.0), high=1 + half)
    highest = max(*found.raw_bins, *found.posterior_bins)
    kinds = (
        ("Raw aᵢ", "raw", found.raw_bins, found.raw_mean),
        ("Posterior mean", "posterior", found.posterior_bins, found.posterior_mean),
    )
    return SpreadChart(
        spreads=[
            Spread(
                title=title,
                css=css,
                mean=f"{mean:.2f}",
                mean_x=axis.at(mean),
                bars=[_bar(place, n, axis, highest) for place, n in enumerate(bins) if n],
            )
            for title, css, bins, mean in kinds
        ],
        ticks=axis.ticks(step=0.1),
    )


def _bar(place: int, examples: int, axis: Axis, highest: int) -> Bar:
    agreement, half = place / BINS, 0.42 / BINS
    left, right = axis.at(agreement - half), axis.at(agreement + half)
    height = max(1.5, (HEIGHT - ROOM - 1) * examples / highest)
    return Bar(
        agreement=agreement,
        examples=examples,
        x=left,
        width=round(right - left, 3),
        middle=axis.at(agreement),
        y=round(HEIGHT - 1 - height, 2),
        height=round(height, 2),
    )


def reach_rows(reach: Sequence[Reach], examples: int) -> list[dict[str, str]]:
    """How many texts reach each threshold, raw and expected."""
    return [
        {
            "gamma": f"{one.gamma:.1f}",
            "raw": wording.share(one.raw, examples),
            "expected": wording.share(round(one.expected), examples),
        }
        for one in reach
    ]


def meeting_rows(meetings: Sequence[Meeting], labels: Sequence[LabelStyle]) -> list[MeetingRow]:
    """The table of labels that meet, row by row; empty where there is none."""
    rows: dict[int, list[MeetingCell]] = {}
    for one in meetings:
        rows.setdefault(one.first, []).append(_cell(one))
    return [MeetingRow(label=labels[first], cells=cells) for first, cells in rows.items()]


def _cell(one: Meeting) -> MeetingCell:
    return MeetingCell(
        share="–" if one.share is None else f"{100 * one.share:.0f}{NO_BREAK}%",
        bar=0.0 if one.share is None else round(100 * one.share, 2),
        chance=None if one.chance is None else round(100 * one.chance, 2),
        same=one.first == one.second,
        examples=one.examples,
    )


def confused_words(pairs: Sequence[Confused], labels: Sequence[LabelStyle]) -> list[str]:
    """The pairs of labels that are hardest to tell apart, in sentences."""
    return [
        f"“{labels[one.first].title}” and “{labels[one.second].title}” are named on the same "
        f"{wording.plural(one.examples, 'text')}, {one.ratio:.1f} times as often as chance would "
        f"have it{_telling(one.ratio)}."
        for one in pairs
    ]


def _telling(ratio: float) -> str:
    if ratio >= 1:
        return ": people do not tell them apart, or see both in the same texts"
    return ": people tell them apart" if ratio < 0.5 else ": people tell them apart only in part"
