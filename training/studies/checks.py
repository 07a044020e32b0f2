"""Runs that judge training rows, so that others can weigh or drop them.

A *quality* checker is fitted on rows one trusts and says P'(y|x) of an arm's rows; a *diversity*
checker is fitted on the arm's own rows and says Q(y|x) of the same. Both are ordinary runs whose
test rows are the arm's training rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from training.fitting.config import FitConfig
from training.fitting.errors import BadDataset
from training.fitting.rows import Row
from training.studies.plan import CHECKED, Cell, StudyPlan

# A checker is its classifier as the study names it, without what is about weighing, keeping, or
# stopping by rows that its source may not have.
PLAIN = (
    "loss", "class_weights", "weight_exponent", "weight_low", "weight_high", "weight_normalise",
    "dynamics", "save_model", "patience",
)  # fmt: skip
SMALLEST = 1e-12  # a diversity of 0 would weigh infinitely


@dataclass(frozen=True, kw_only=True)
class Check:
    """One run that judges training rows."""

    source: str  # of the rows it is fitted on
    judged: str  # source of the rows it is asked about
    config: FitConfig


@dataclass(frozen=True, kw_only=True)
class Checks:
    """What a cell needs before its own run can be asked for."""

    quality: Check | None = None
    diversity: Check | None = None

    def all(self) -> list[Check]:
        return [check for check in (self.quality, self.diversity) if check is not None]


def checks_of(plan: StudyPlan, cell: Cell) -> Checks:
    """The checkers of a cell; none for most.

    The loss "imp" reads both, "dimp" and `keep_quality` the first alone. A checker has the cell's
    seed and its classifier as the plan names it, without the arm's own settings: so arms share it.
    """
    weighs = cell.config.loss in CHECKED
    if not weighs and cell.arm.keep_quality == 0:
        return Checks()
    config = _plain(plan.classifiers[cell.classifier], cell.seed)
    source, judged = cell.arm.source, cell.arm.source
    both = cell.config.loss == "imp"
    return Checks(
        quality=Check(source=cell.arm.quality, judged=judged, config=config),
        diversity=Check(source=source, judged=judged, config=config) if both else None,
    )


def planned_checks(plan: StudyPlan) -> set[tuple[str, Check]]:
    """Every checker of a study once, beside its project's slug."""
    return {(cell.project, check) for cell in plan.cells() for check in checks_of(plan, cell).all()}


def checked_rows(
    rows: Sequence[Row],
    cell: Cell,
    *,
    quality: Mapping[str, float],
    diversity: Mapping[str, float] | None,
) -> list[Row]:
    """The rows that a cell's run learns from: dropped by `keep_quality`, with the columns it reads.

    Args:
        quality: id → P'(given label | text) in [0, 1], for every row.
        diversity: id → Q(given label | text), for every row; None unless the loss is "imp".

    Raises:
        BadDataset: no row is left.
    """
    least = cell.arm.keep_quality
    kept = [row for row in rows if quality[row.id] >= least]
    if not kept:
        raise BadDataset(
            f"Arm {cell.arm.name!r} keeps rows whose label its checker gives {least:g} or more; "
            f"none of {len(rows)} has that, so ask for less."
        )
    if cell.config.loss not in CHECKED:
        return kept
    return [
        replace(
            row,
            quality=quality[row.id],
            diversity=None if diversity is None else max(diversity[row.id], SMALLEST),
        )
        for row in kept
    ]


def _plain(classifier: Mapping[str, Any], seed: int) -> FitConfig:
    values = {name: value for name, value in classifier.items() if name not in PLAIN}
    return FitConfig.from_json({**values, "seed": seed})
