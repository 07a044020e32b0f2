"""A larger study planned from the votes a project has: its pilot."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from curation import frames
from curation.designing import Grid, PilotTooSmall, StudyDesign, design_study
from curation.errors import BadInput, NothingToDo
from curation.models import Annotation, Example, Project

STUDIES = 200  # simulated of each size; takes some seconds
LONGEST = 95  # percentile: answers that took longer are counted as taking this, people take breaks


@dataclass(frozen=True, kw_only=True)
class DesignRequest:
    """What the study shall reach, and what answers cost; see `curation.designing`."""

    gamma: float | None = None  # None: the project's threshold
    half_width: float = 0.05
    kept_half_width: float | None = None
    most_wrong: float | None = None
    seconds_per_answer: float | None = None  # None: as the pilot's answers took
    price_per_answer: float | None = None
    fee_share: float = 0.0
    most_per_annotator: int | None = None
    most_hours: float | None = None
    most_examples: int | None = None
    seed: int = 0


def design_project(project: Project, request: DesignRequest) -> StudyDesign:
    """Say how many examples, votes and annotators a study like the project's pool needs.

    Raises:
        BadInput: a number is out of its range.
        NothingToDo: there are too few votes to plan from.
    """
    check(request)
    votes = frames.project_votes(project, split=Example.Split.POOL).votes
    grid = Grid() if request.most_examples is None else Grid().up_to(request.most_examples)
    try:
        return design_study(
            votes,
            gamma=project.threshold if request.gamma is None else request.gamma,
            half_width=request.half_width,
            kept_half_width=request.kept_half_width,
            most_wrong=request.most_wrong,
            seconds_per_answer=request.seconds_per_answer or seconds_per_answer(project),
            price_per_answer=request.price_per_answer,
            fee_share=request.fee_share,
            most_per_annotator=request.most_per_annotator,
            most_hours=request.most_hours,
            grid=grid,
            studies=STUDIES,
            seed=request.seed,
        )
    except PilotTooSmall as error:
        raise NothingToDo(str(error)) from error


def seconds_per_answer(project: Project) -> float | None:
    """Mean time of the project's answers, the longest cut; None where no time is known."""
    votes = Annotation.objects.of(project).votes().filter(seconds__isnull=False)
    seconds = np.fromiter(votes.values_list("seconds", flat=True).iterator(), dtype=np.float64)
    if not len(seconds):
        return None
    return float(np.minimum(seconds, np.percentile(seconds, LONGEST)).mean())


def check(request: DesignRequest) -> None:
    """Refuse numbers that cannot be meant."""
    shares = {
        "threshold γ": request.gamma,
        "half-width of α": request.half_width,
        "half-width of the kept share": request.kept_half_width,
        "largest share of wrong decisions": request.most_wrong,
    }
    for name, share in shares.items():
        if share is not None and not 0 < share <= 1:
            raise BadInput(f"The {name} is {share:g}, but it must be above 0 and at most 1.")
    amounts = {
        "time per answer": request.seconds_per_answer,
        "price per answer": request.price_per_answer,
        "fee": request.fee_share,
    }
    for name, amount in amounts.items():
        if amount is not None and not 0 <= amount < np.inf:
            raise BadInput(f"The {name} is {amount:g}, but it must be a number from 0.")
    limits = {
        "number of answers per annotator": request.most_per_annotator,
        "number of examples": request.most_examples,
        "number of hours per annotator": request.most_hours,
    }
    for name, limit in limits.items():
        if limit is not None and not 0 < limit < np.inf:
            raise BadInput(f"The largest {name} is {limit:g}, but it must be above 0.")
