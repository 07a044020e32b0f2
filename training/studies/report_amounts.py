"""Macro-F1 over the amount of rows: arms that differ in the amount of one part of their source."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from curation.datasets.sources import Part, parse_source
from training.studies.plan import Arm
from training.studies.report_shape import AmountCurve, AmountPoint, ArmScores


@dataclass(frozen=True)
class _Place:
    """Where an arm stands on a curve."""

    curve: str  # title
    recipe: str  # config and checker: arms of one curve share them
    amount: int | None  # None: all there are


def amount_curves(arms: Sequence[Arm], scores: Sequence[ArmScores]) -> list[AmountCurve]:
    """Curves through at least two amounts above 0, in the order of the arms.

    An arm without the varied part is the curve's point at 0. A source without an amount stands at
    the number of its training rows, where it has one part; with several it is on no curve.

    Args:
        arms: of the plan.
        scores: of the same arms on one board.
    """
    by_name = {one["arm"]: one for one in scores}
    curves: dict[tuple[str, str], dict[int, AmountPoint]] = {}
    for arm in arms:
        for place in _places(arm):
            point = _point(place, by_name.get(arm.name))
            if point is not None:
                points = curves.setdefault((place.curve, place.recipe), {})
                points.setdefault(point["amount"], point)
    for (title, recipe), points in curves.items():
        _add_zero(title, recipe, points, arms, by_name)
    return [
        {"title": _title(title, recipe), "points": [points[at] for at in sorted(points)]}
        for (title, recipe), points in curves.items()
        if len(points.keys() - {0}) > 1
    ]


def _places(arm: Arm) -> list[_Place]:
    """Every part that has an amount may be the one that is varied."""
    parts = parse_source(arm.source)
    places = []
    for at, part in enumerate(parts):
        if part.amount is None and len(parts) > 1:
            continue
        rest = [str(one) for one in parts]
        rest[at] = _varied(part)
        places.append(_Place("+".join(rest), _recipe(arm), part.amount))
    return places


def _varied(part: Part) -> str:
    return f"{part.whole}@N{'each' if part.each else ''}"


def _point(place: _Place, scores: ArmScores | None) -> AmountPoint | None:
    if scores is None or scores["macro_f1"] is None or scores["train_rows"] is None:
        return None
    amount = scores["train_rows"][1] if place.amount is None else place.amount
    return {"amount": amount, "arm": scores["arm"], "macro_f1": scores["macro_f1"]}


def _add_zero(
    title: str,
    recipe: str,
    points: dict[int, AmountPoint],
    arms: Sequence[Arm],
    by_name: dict[str, ArmScores],
) -> None:
    rest = "+".join(part for part in title.split("+") if "@N" not in part)
    for arm in arms:
        if rest and arm.source == rest and _recipe(arm) == recipe:
            point = _point(_Place(title, recipe, 0), by_name.get(arm.name))
            if point is not None:
                points.setdefault(0, point)


def _recipe(arm: Arm) -> str:
    differs = {**arm.config, "quality": arm.quality, "keep_quality": arm.keep_quality}
    return json.dumps({name: value for name, value in differs.items() if value}, sort_keys=True)


def _title(curve: str, recipe: str) -> str:
    values = json.loads(recipe)
    if not values:
        return curve
    return f"{curve} ({', '.join(f'{name} {value}' for name, value in values.items())})"
