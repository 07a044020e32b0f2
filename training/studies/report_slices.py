"""Scores on parts of a board's test rows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from curation.explorer.agreement_figure import accuracy_over_agreement
from curation.explorer.curves import TestPoint
from training.evaluation.intervals import estimate
from training.evaluation.quartiles import Part as PartRows
from training.evaluation.quartiles import quartiles
from training.studies.report_arms import band
from training.studies.report_input import ArmRuns, BoardInput
from training.studies.report_shape import (
    AGREEMENT,
    SLICES,
    ArmSlices,
    GammaCurve,
    GammaPoint,
    Part,
    Slices,
)

RESAMPLES = 500  # of each part


def slices(board: BoardInput) -> list[Slices]:
    """Scores by quarter of agreement, length and similarity, where these are known and differ."""
    found: list[Slices] = []
    for by in SLICES:
        values = board.agreement if by == AGREEMENT else board.measure(by)
        parts = [] if values is None else quartiles(values)
        if len(parts) > 1:
            arms = [_arm(board, runs, parts) for runs in board.scored()]
            found.append({"by": by, "arms": arms})
    return found


def _arm(board: BoardInput, runs: ArmRuns, parts: Sequence[PartRows]) -> ArmSlices:
    return {"arm": runs.name, "parts": [_part(board, runs, part) for part in parts]}


def _part(board: BoardInput, runs: ArmRuns, part: PartRows) -> Part:
    found = estimate(
        board.gold[part.rows],
        runs.predicted()[:, part.rows],
        n_labels=board.project.n_labels,
        resamples=RESAMPLES,
    )
    return {
        "low": part.low,
        "high": part.high,
        "rows": len(part.rows),
        "accuracy": band(found.accuracy),
        "macro_f1": band(found.macro_f1),
    }


def gamma_curves(board: BoardInput, thresholds: Sequence[float]) -> list[GammaCurve]:
    """Accuracy over γ of each arm; empty where fewer than 10 test rows carry agreement.

    Args:
        thresholds: γ; those that occur when none are given.
    """
    curves = [_gamma_curve(board, runs, thresholds) for runs in board.scored()]
    return [curve for curve in curves if curve is not None]


def _gamma_curve(
    board: BoardInput, runs: ArmRuns, thresholds: Sequence[float]
) -> GammaCurve | None:
    found = accuracy_over_agreement(
        [one[None, :].astype(np.int16) for one in runs.predicted()],
        board.gold,
        board.agreement,
        n_labels=board.project.n_labels,
        at=thresholds,
    )
    if found is None:
        return None
    return {
        "arm": runs.name,
        "points": [_gamma_point(point) for point in found.points],
        "slope": found.slope,
        "intercept": found.intercept,
        "r_squared": found.r_squared,
        "rho": found.rho,
        "rho_low": found.rho_low,
        "rho_high": found.rho_high,
    }


def _gamma_point(point: TestPoint) -> GammaPoint:
    accuracy = point.accuracy
    return {
        "gamma": point.threshold,
        "rows": point.rows,
        "accuracy": {"mean": accuracy.mean, "low": accuracy.low, "high": accuracy.high},
    }
