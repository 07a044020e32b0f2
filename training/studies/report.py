"""A study's report: everything that pages, tables and figures say, from what its runs said.

The shape is written down in `report_shape`. By part: `report_arms`, `report_pairs`,
`report_slices`, `report_amounts`, `report_gaps`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from curation.progress import Progress, silent
from training.evaluation.resampling import RESAMPLES
from training.studies.plan import Arm, StudyPlan
from training.studies.report_amounts import amount_curves
from training.studies.report_arms import arm_scores
from training.studies.report_gaps import gaps
from training.studies.report_input import (
    SUCCESSFUL,
    BoardInput,
    CellInput,
    ProjectInput,
    board_inputs,
)
from training.studies.report_pairs import correct, overall, pair_of
from training.studies.report_shape import (
    VERSION,
    ArmFacts,
    Board,
    CellCounts,
    ProjectFacts,
    StudyReport,
)
from training.studies.report_slices import gamma_curves, slices

WAITING = "waiting"


@dataclass(frozen=True, kw_only=True)
class References:
    """Published figures to show beside one's own; they take part in no arithmetic."""

    source: str = ""  # where they are from, as a reader would cite it
    scores: Mapping[str, Mapping[str, Mapping[str, Mapping[str, float]]]] = field(
        default_factory=dict
    )  # project → classifier → arm → {"macro_f1": share, "accuracy": share}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> References:
        """From a side file of a study: {"source": …, "scores": {project: {classifier: …}}}."""
        return cls(source=str(values.get("source", "")), scores=values.get("scores", {}))

    def of(self, project: str, classifier: str, arm: str) -> Mapping[str, float]:
        return self.scores.get(project, {}).get(classifier, {}).get(arm, {})


def build_report(
    plan: StudyPlan,
    projects: Sequence[ProjectInput],
    cells: Sequence[CellInput],
    *,
    references: References | None = None,
    resamples: int = RESAMPLES,
    progress: Progress = silent,
) -> StudyReport:
    """The report of a study, finished or not; the order of the cells plays no part.

    Args:
        projects: of the plan, in its order.
        cells: every place of the matrix, with its outcome or why it has none.
        references: published figures, shown beside.
        resamples: of the intervals of arms.
        progress: told boards done; may raise to stop.
    """
    inputs = board_inputs(plan, projects, cells)
    boards = []
    for done, board in enumerate(inputs):
        progress(done, len(inputs))
        boards.append(_board(plan, board, references or References(), resamples))
    correct(boards)
    progress(len(inputs), len(inputs))
    return {
        "version": VERSION,
        "title": plan.title,
        "text": plan.text,
        "fingerprint": plan.fingerprint,
        "seeds": plan.seeds,
        "cells": _counts(plan, cells),
        "projects": [_facts(project, inputs) for project in projects],
        "classifiers": list(plan.classifiers),
        "arms": [_arm(arm) for arm in plan.arms],
        "boards": boards,
        "overall": overall(plan, boards),
        "gaps": gaps(plan, inputs),
        "reference_source": references.source if references else "",
    }


def _arm(arm: Arm) -> ArmFacts:
    return {
        "name": arm.name,
        "source": arm.source,
        "config": dict(arm.config),
        "quality": arm.quality,
        "keep_quality": arm.keep_quality,
    }


def _board(plan: StudyPlan, board: BoardInput, references: References, resamples: int) -> Board:
    arms = [
        arm_scores(
            board,
            runs,
            resamples=resamples,
            reference=references.of(board.project.slug, board.classifier, runs.name),
        )
        for runs in board.arms.values()
    ]
    return {
        "project": board.project.slug,
        "classifier": board.classifier,
        "test_rows": len(board.gold),
        "arms": arms,
        "pairs": [pair_of(board, first, second) for first, second in plan.pairs],
        "slices": slices(board),
        "gammas": gamma_curves(board, plan.thresholds),
        "amounts": amount_curves(plan.arms, arms),
    }


def _facts(project: ProjectInput, boards: Sequence[BoardInput]) -> ProjectFacts:
    rows = [len(board.gold) for board in boards if board.project.slug == project.slug]
    return {
        "slug": project.slug,
        "title": project.title,
        "labels": [{"name": name, "title": title} for name, title in project.labels],
        "test_rows": max(rows, default=0),
        "objectivity": project.objectivity,
    }


def _counts(plan: StudyPlan, cells: Sequence[CellInput]) -> CellCounts:
    states = [SUCCESSFUL if cell.outcome is not None else cell.state for cell in cells]
    planned = len(plan.projects) * len(plan.classifiers) * len(plan.arms) * plan.seeds
    successful = states.count(SUCCESSFUL)
    waiting = states.count(WAITING) + planned - len(cells)
    return {
        "planned": planned,
        "successful": successful,
        "failed": planned - successful - waiting,
        "waiting": waiting,
    }
