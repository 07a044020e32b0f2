"""Kept to the right, dropped to the left, one row per label."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from curation.reporting.palette import LabelStyle

ROOM = 14.0  # percent at each end, for the numbers


@dataclass(frozen=True, kw_only=True)
class LabelOutcome:
    """What became of the examples that carry one label."""

    label: LabelStyle
    kept: int
    dropped: int

    @property
    def judged(self) -> int:
        return self.kept + self.dropped

    @property
    def share_kept(self) -> float:
        """In [0, 1]; 0 when nothing carries the label."""
        return self.kept / self.judged if self.judged else 0.0


@dataclass(frozen=True, kw_only=True)
class MirroredRow:
    outcome: LabelOutcome
    kept_width: float  # percent
    kept_end: float  # percent
    dropped_x: float  # percent
    dropped_width: float  # percent


@dataclass(frozen=True, kw_only=True)
class MirroredBars:
    rows: list[MirroredRow]
    middle: float  # percent


@dataclass(frozen=True, kw_only=True)
class Scale:
    """How long bars are and where they begin, so that several charts can be compared."""

    dropped: int  # the most examples on the left
    kept: int  # the most examples on the right

    @property
    def percent_per_example(self) -> float:
        return (100 - 2 * ROOM) / max(1, self.dropped + self.kept)

    @property
    def middle(self) -> float:
        """Percent of the width at which the two sides meet."""
        return round(ROOM + self.dropped * self.percent_per_example, 3)


def common_scale(charts: Sequence[Sequence[LabelOutcome]]) -> Scale:
    """The scale on which every bar of every chart fits."""
    outcomes = [outcome for chart in charts for outcome in chart]
    return Scale(
        dropped=max((outcome.dropped for outcome in outcomes), default=0),
        kept=max((outcome.kept for outcome in outcomes), default=0),
    )


def mirrored_bars(outcomes: Sequence[LabelOutcome], *, scale: Scale | None = None) -> MirroredBars:
    """Bars around a common middle, one row per outcome.

    Args:
        outcomes: one per label, in label order.
        scale: of several charts together; by itself a chart takes all the room there is.
    """
    scale = scale or common_scale([outcomes])
    return MirroredBars(rows=[_row(outcome, scale) for outcome in outcomes], middle=scale.middle)


def _row(outcome: LabelOutcome, scale: Scale) -> MirroredRow:
    kept = round(outcome.kept * scale.percent_per_example, 3)
    dropped = round(outcome.dropped * scale.percent_per_example, 3)
    return MirroredRow(
        outcome=outcome,
        kept_width=kept,
        kept_end=round(scale.middle + kept, 3),
        dropped_x=round(scale.middle - dropped, 3),
        dropped_width=dropped,
    )
