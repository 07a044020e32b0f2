"""How far arms without real text fall short of real text, beside the tasks' objectivity."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from curation.agreement.spearman import mean_ranks, spearman
from training.studies.plan import Arm, StudyPlan
from training.studies.report_amounts import base_and_amount
from training.studies.report_input import BoardInput
from training.studies.report_pairs import pair_of
from training.studies.report_shape import GapPoint, Gaps

REAL = "real"


def gaps(plan: StudyPlan, boards: Sequence[BoardInput]) -> list[Gaps]:
    """Real minus synthetic for every arm without real text; empty without an arm of real text."""
    real = real_arm(plan)
    others = [arm for arm in plan.arms if REAL not in _bases(arm)]
    if real is None:
        return []
    found = [
        _gaps([board for board in boards if board.classifier == classifier], real.name, arm.name)
        for classifier in plan.classifiers
        for arm in others
    ]
    return [one for one in found if one["points"]]


def real_arm(plan: StudyPlan) -> Arm | None:
    """The arm that learns plainly from real text only, from all of it or from the most."""
    plain = [arm for arm in plan.arms if _bases(arm) == [REAL] and not arm.config]
    return max(plain, key=_amount, default=None)


def _bases(arm: Arm) -> list[str]:
    return [base_and_amount(part.strip())[0] for part in arm.source.split("+")]


def _amount(arm: Arm) -> float:
    amount = base_and_amount(arm.source.strip())[1]
    return np.inf if amount is None else amount


def _gaps(boards: Sequence[BoardInput], real: str, arm: str) -> Gaps:
    known = {
        board.project.slug: board.project.objectivity
        for board in boards
        if board.project.objectivity is not None
    }
    scores = np.array(list(known.values()), dtype=np.float64)
    ranks = dict(zip(known, mean_ranks(-scores).tolist(), strict=True))
    points: list[GapPoint] = []
    for board in boards:
        difference = pair_of(board, real, arm)["difference"]
        if difference is not None:
            rank = ranks.get(board.project.slug)
            point: GapPoint = {
                "project": board.project.slug,
                "rank": None if rank is None else float(rank),
                "gap": difference,
            }
            points.append(point)
    points.sort(key=lambda point: (point["rank"] is None, point["rank"] or 0, point["project"]))
    ranked = [point for point in points if point["rank"] is not None]
    found = spearman(
        np.array([point["rank"] for point in ranked], dtype=np.float64),
        np.array([point["gap"]["mean"] for point in ranked], dtype=np.float64),
    )
    return {
        "classifier": boards[0].classifier,
        "real": real,
        "arm": arm,
        "points": points,
        "rho": found.rho if found else None,
        "rho_low": found.low if found else None,
        "rho_high": found.high if found else None,
    }
