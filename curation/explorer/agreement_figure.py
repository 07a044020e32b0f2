"""The first study's figure 2: accuracy on the test rows on which people agree at least so far."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from curation.agreement.spearman import spearman
from curation.explorer.candidates import thresholds
from curation.explorer.crossfitting import Said
from curation.explorer.curves import TestCurve, TestPoint
from curation.explorer.resampling import Scorer
from curation.explorer.selections import Codes, Floats, reaching

FEWEST_ROWS = 10  # of a point; an accuracy of fewer says nothing


def accuracy_over_agreement(
    said: Sequence[Said],
    gold: Codes,
    agreement: Floats,
    *,
    n_labels: int,
    at: Sequence[float] = (),
    seed: int = 0,
) -> TestCurve | None:
    """Accuracy over γ, with a straight line and Spearman's ρ through its points.

    Points share rows, so the line and ρ describe the figure and test nothing. Where gold is the
    label of most votes, accuracy rises with γ also because that label gets more certain.

    Args:
        said: R rounds of (1, S) labels.
        gold: (S,) in [0, K).
        agreement: (S,) a_i; NaN rows are left out.
        at: values of γ; when none are given, those that occur, at most 20.

    Returns:
        None where fewer than 10 rows have votes, or reach the lowest γ.
    """
    known = ~np.isnan(agreement)
    points = []
    for value in (sorted(at) or thresholds(agreement[known])) if known.any() else []:
        rows = np.flatnonzero(known & reaching(np.nan_to_num(agreement), value))
        if len(rows) < FEWEST_ROWS:
            break
        scorer = Scorer.of(gold[rows], n_labels=n_labels, rounds=len(said), seed=seed)
        band = scorer.accuracy([one[:, rows] for one in said]).band(0)
        assert band is not None
        points.append(TestPoint(threshold=value, rows=len(rows), accuracy=band))
    return _described(points) if points else None


def _described(points: list[TestPoint]) -> TestCurve:
    x = np.array([point.threshold for point in points])
    y = np.array([point.accuracy.mean for point in points])
    slope, intercept, r_squared = line(x, y)
    found = spearman(x, y)
    return TestCurve(
        points=tuple(points),
        slope=slope,
        intercept=intercept,
        r_squared=r_squared,
        rho=found.rho if found else None,
        rho_low=found.low if found else None,
        rho_high=found.high if found else None,
    )


def line(x: Floats, y: Floats) -> tuple[float | None, float | None, float | None]:
    """Slope, intercept and R² of the least-squares line through points with distinct x.

    None for what does not exist: all three with one point, R² also with two points or equal y.

    >>> line(np.array([0.0, 1.0, 2.0]), np.array([1.0, 3.0, 5.0]))
    (2.0, 1.0, 1.0)
    """
    if len(x) < 2:
        return None, None, None
    dx, dy = x - x.mean(), y - y.mean()
    slope = float(dx @ dy / (dx @ dx))
    intercept = float(y.mean() - slope * x.mean())
    if len(x) < 3 or not np.ptp(y):
        return slope, intercept, None
    return slope, intercept, float(1 - ((dy - slope * dx) ** 2).sum() / (dy @ dy))
