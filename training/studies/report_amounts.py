"""Macro-F1 over the amount of rows: arms that differ in the amount of one part of their source."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from training.studies.plan import Arm
from training.studies.report_shape import AmountCurve, AmountPoint, ArmScores

PART = re.compile(r"(?P<base>.+?)(?:@(?P<amount>[0-9]+))?")


@dataclass(frozen=True)
class _Place:
    """Where an arm stands on a curve."""

    curve: str  # title
    recipe: str  # config and checker: arms of one curve share them
    amount: int | None  # None: all there are


def amount_curves(arms: Sequence[Arm], scores: Sequence[ArmScores]) -> list[AmountCurve]:
    """Curves through at least two amounts, in the order of the arms.

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
        if len(points) > 1
    ]


def _places(arm: Arm) -> list[_Place]:
    """Every part that has an amount may be the one that is varied."""
    parts = [part.strip() for part in arm.source.split("+")]
    places = []
    for at, part in enumerate(parts):
        base, amount = base_and_amount(part)
        if amount is None and len(parts) > 1:
            continue
        curve = "+".join([*parts[:at], f"{base}@N", *parts[at + 1 :]])
        places.append(_Place(curve, _recipe(arm), amount))
    return places


def base_and_amount(part: str) -> tuple[str, int | None]:
    """
    >>> base_and_amount("method:zero_shot@300"), base_and_amount("agreed:0.8")
    (('method:zero_shot', 300), ('agreed:0.8', None))
    """
    match = PART.fullmatch(part)
    assert match is not None
    return match["base"], None if match["amount"] is None else int(match["amount"])


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
    rest = "+".join(part for part in title.split("+") if not part.endswith("@N"))
    for arm in arms:
        if rest and arm.source.replace(" ", "") == rest and _recipe(arm) == recipe:
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
