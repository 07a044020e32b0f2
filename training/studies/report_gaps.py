"""How far arms without real text fall short of real text, beside the tasks' objectivity."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from curation.agreement.spearman import mean_ranks, spearman
from curation.datasets.sources import parse_source
from training.studies.plan import Arm, StudyPlan
from training.studies.report_input import BoardInput
from training.studies.report_pairs import pair_of
from training.studies.report_shape import GapPoint, Gaps

REAL = "real"
WRITTEN = {"synthetic", "method"}  # bases that hold no real text in any project


def gaps(plan: StudyPlan, boards: Sequence[BoardInput]) -> list[Gaps]:
    """Real minus synthetic for every arm without real text; empty without an arm of real text.

    What people judged is real text in a project whose pool holds some: there such arms have none.
    """
    found = [
        _gaps(
            [board for board in boards if board.classifier == classifier and _written(arm, board)],
            classifier,
            real.name,
            arm.name,
        )
        for classifier in plan.classifiers
        for arm in plan.arms
        if (real := real_beside(plan, arm)) is not None
    ]
    return [one for one in found if one["points"]]


def real_beside(plan: StudyPlan, arm: Arm) -> Arm | None:
    """The arm of real text that an arm without it is measured against; None where there is none.

    It learns from real text only: the one of a planned pair with this arm, else the one of the
    same amount, else the one of the largest amount.
    """
    if REAL in _bases(arm):
        return None
    pairs = [pair for pair in plan.pairs if arm.name in pair]
    partners = {name for pair in pairs for name in pair}
    amount = _amount(arm)
    plain = [one for one in plan.arms if _bases(one) == [REAL] and not one.config]
    return max(
        plain,
        key=lambda one: (one.name in partners, _amount(one) == amount, _amount(one)),
        default=None,
    )


def _written(arm: Arm, board: BoardInput) -> bool:
    return not board.project.real_pool or set(_bases(arm)) <= WRITTEN


def _bases(arm: Arm) -> list[str]:
    return [part.base for part in parse_source(arm.source)]


def _amount(arm: Arm) -> tuple[bool, float]:
    """Whether the amount is of each label, and how much it is; all there is is the most."""
    first, *others = parse_source(arm.source)
    if others or first.amount is None:
        return False, np.inf
    return first.each, first.amount


def _gaps(boards: Sequence[BoardInput], classifier: str, real: str, arm: str) -> Gaps:
    ranks = _ranks(boards)
    points: list[GapPoint] = []
    for board in boards:
        slug = board.project.slug
        difference = pair_of(board, real, arm)["difference"]
        if difference is not None:
            points.append({"project": slug, "rank": ranks.get(slug), "gap": difference})
    points.sort(key=lambda point: (point["rank"] is None, point["rank"] or 0, point["project"]))
    ranked = [(point["rank"], point["gap"]["mean"]) for point in points if point["rank"]]
    places, means = np.array(ranked, dtype=np.float64).reshape(-1, 2).T
    found = spearman(places, means)
    return {
        "classifier": classifier,
        "real": real,
        "arm": arm,
        "points": points,
        "rho": found.rho if found else None,
        "rho_low": found.low if found else None,
        "rho_high": found.high if found else None,
    }


def _ranks(boards: Sequence[BoardInput]) -> dict[str, float]:
    """Slug → place by objectivity, 1 the most objective, among the projects where it is known."""
    known = {
        board.project.slug: board.project.objectivity
        for board in boards
        if board.project.objectivity is not None
    }
    scores = np.array(list(known.values()), dtype=np.float64)
    return dict(zip(known, mean_ranks(-scores).tolist(), strict=True))
