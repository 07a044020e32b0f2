"""Annotators' figures as a dot with a whisker, each kind of figure on one scale for everybody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from curation.quality.estimates import Estimate
from curation.reporting import wording
from curation.reporting.scale import Axis, Tick

STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 10_000, 100_000)  # seconds between ticks
MOST_TICKS = 6
SHARE, SCALE, SECONDS = "share", "scale", "seconds"


@dataclass(frozen=True, kw_only=True)
class FigureKind:
    """How one figure is named and drawn."""

    title: str
    meaning: str  # of the value, in a few words
    unit: str = SHARE  # SHARE in [0, 1], SCALE in [-1, 1], or SECONDS


KINDS: dict[str, FigureKind] = {
    "agreement": FigureKind(
        title="Agreement", meaning="κ with peers; 0 is chance, 1 the same answers", unit=SCALE
    ),
    "tracking": FigureKind(
        title="Tracking",
        meaning="how closely answers follow the peers’ view; below 0 against it",
        unit=SCALE,
    ),
    "skill": FigureKind(title="Skill", meaning="accuracy by Dawid and Skene’s model"),
    "gold": FigureKind(title="Known", meaning="share of known answers right"),
    "attention": FigureKind(title="Attention", meaning="share of attention checks right"),
    "qualification": FigureKind(title="Qualified", meaning="share of the qualification right"),
    "consistency": FigureKind(
        title="Consistency", meaning="share of repeated texts labelled as before"
    ),
    "seconds": FigureKind(title="Seconds", meaning="median per answer", unit=SECONDS),
    "too_fast": FigureKind(title="Too fast", meaning="share of answers too fast to have read"),
    "one_button": FigureKind(title="One label", meaning="share of the label given most"),
    "pattern": FigureKind(
        title="Pattern", meaning="share of answers that follow from earlier ones"
    ),
    "skips": FigureKind(title="Skips", meaning="share of tasks skipped"),
}
IN_TABLE = ("agreement", "skill", "gold", "attention", "consistency", "seconds")


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One figure of one annotator. Places are percentages of the drawing's width."""

    kind: FigureKind
    value: str
    n: int
    dot: float
    low: float
    high: float
    expected: float | None  # where chance, or the peers, would be
    zero: float | None  # where the scale's 0 lies, if inside
    sentence: str


@dataclass(frozen=True, kw_only=True)
class FigureScale:
    """The axes of a group of annotators."""

    longest: float  # seconds

    def axis(self, unit: str) -> Axis:
        if unit == SCALE:
            return Axis(low=-1.0, high=1.0)
        return Axis(low=0.0, high=self.longest if unit == SECONDS else 1.0)

    def ticks(self, unit: str) -> list[Tick]:
        axis = self.axis(unit)
        if unit == SCALE:
            return [Tick(x=axis.at(x), text=wording.decimal(x, 0)) for x in (-1.0, 0.0, 1.0)]
        if unit == SHARE:
            return axis.ticks(step=0.5)
        step = next(step for step in STEPS if self.longest / step < MOST_TICKS)
        return [Tick(x=axis.at(x), text=f"{x:g} s") for x in range(0, int(self.longest) + 1, step)]

    def cell(self, name: str, estimate: Estimate) -> Cell:
        """
        >>> scale = FigureScale(longest=10.0)
        >>> cell = scale.cell("gold", Estimate(value=0.75, low=0.4, high=0.93, n=8))
        >>> (cell.value, cell.dot, cell.low, cell.high)
        ('0.75', 75.0, 40.0, 93.0)
        """
        kind = KINDS[name]
        axis = self.axis(kind.unit)
        expected = estimate.expected
        return Cell(
            kind=kind,
            value=number(estimate.value, kind),
            n=estimate.n,
            dot=axis.at(estimate.value),
            low=axis.at(estimate.low),
            high=axis.at(estimate.high),
            expected=None if expected is None else axis.at(expected),
            zero=axis.at(0.0) if kind.unit == SCALE else None,
            sentence=f"{kind.title} {number(estimate.value, kind)}, 95 % interval "
            f"{number(estimate.low, kind)} to {number(estimate.high, kind)}, "
            f"{wording.plural(estimate.n, 'answer')}",
        )


def figure_scale(people: Iterable[Mapping[str, Estimate]]) -> FigureScale:
    """Axes on which all these annotators can be compared; the slowest one does not stretch them.

    >>> slow = {"seconds": Estimate(value=9.0, low=8.0, high=12.0, n=5)}
    >>> figure_scale([slow]).longest
    12.0
    """
    ends = sorted(figures["seconds"].high for figures in people if "seconds" in figures)
    if not ends:
        return FigureScale(longest=10.0)
    typical = ends[len(ends) // 2]
    return FigureScale(longest=max(1.0, min(ends[-1], 4 * typical)))


def columns_of(people: Sequence[Mapping[str, Estimate]]) -> list[str]:
    """Figures that a table shows: those that at least one of the annotators has."""
    return [name for name in IN_TABLE if any(name in figures for figures in people)]


def number(value: float, kind: FigureKind) -> str:
    r"""
    >>> number(-0.5, KINDS["agreement"]), number(3.25, KINDS["seconds"])
    ('−0.50', '3.2\xa0s')
    """
    if kind.unit == SECONDS:
        return f"{value:.1f}{wording.NO_BREAK}s"
    return wording.decimal(value, 2)
