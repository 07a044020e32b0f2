"""Is a classifier as often right as it says? The reliability curve as a drawing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

HEIGHT = 220  # pixels; horizontal places are percentages


@dataclass(frozen=True, kw_only=True)
class ReliabilityPoint:
    x: float  # percent: confidence
    y: float  # pixels from the top: accuracy
    confidence: str
    accuracy: str
    rows: int


@dataclass(frozen=True, kw_only=True)
class Line:
    x1: float
    y1: float
    x2: float
    y2: float


@dataclass(frozen=True, kw_only=True)
class Reliability:
    """The curve, and the error in words."""

    points: list[ReliabilityPoint]
    lines: list[Line]  # from point to point
    ticks: list[tuple[float, float, str]]  # x, y, text
    height: int
    sentence: str
    temperature: str


def reliability(found: Mapping[str, Any] | None) -> Reliability | None:
    """From a run's metrics; None where it was not calibrated."""
    if not found or not found.get("curve"):
        return None
    points = [
        ReliabilityPoint(
            x=round(100 * one["confidence"], 2),
            y=round(HEIGHT * (1 - one["accuracy"]), 1),
            confidence=f"{one['confidence']:.3f}",
            accuracy=f"{one['accuracy']:.3f}",
            rows=one["rows"],
        )
        for one in found["curve"]
    ]
    return Reliability(
        points=points,
        lines=[Line(x1=one.x, y1=one.y, x2=other.x, y2=other.y) for one, other in pairwise(points)],
        ticks=[(100 * at, HEIGHT * (1 - at), f"{at:g}") for at in (0, 0.25, 0.5, 0.75, 1)],
        height=HEIGHT,
        sentence=_sentence(found),
        temperature=_temperature(found.get("temperature")),
    )


def _sentence(found: Mapping[str, Any]) -> str:
    ece = f"Expected calibration error {found['ece']:.3f} on {found['rows']:,} test texts"
    chance = f"{found['by_chance']:.3f}"
    if found["ece"] <= found["by_chance"]:
        return f"{ece}: no more than chance alone makes of so few texts ({chance})."
    return f"{ece}; chance alone would make {chance} of so many texts."


def _temperature(found: Mapping[str, Any] | None) -> str:
    if not found:
        return ""
    return (
        f"Divided by a temperature of {found['value']:.2f}, fitted on {found['rows']:,} "
        f"validation texts, its error is {found['ece']:.3f}."
    )
