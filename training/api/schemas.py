"""What the interface takes and gives about studies."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ninja import Field, Schema

from curation.api.schemas import Strict

PLAN = "a study as a study file has it: title, projects, arms, classifiers, seeds, pairs"


class FailureOut(Schema):
    cell: str
    sentence: str


class StudyOut(Schema):
    """A study, and how far it is."""

    slug: str
    title: str
    state: str = Field(
        description="ready, running, successful, failed, cancelled, or interrupted: whoever ran "
        "it has gone"
    )
    error: str
    cells: int = Field(description="places of the matrix")
    counts: dict[str, int] = Field(description="state → cells")
    failures: list[FailureOut]
    created_at: datetime
    href: str


class StudyWhole(StudyOut):
    plan: dict[str, Any] = Field(description=PLAN)
    report: dict[str, Any] | None = Field(
        description="scores, comparisons and curves; null before the first end"
    )


class StudyPlanIn(Strict):
    plan: dict[str, Any] = Field(description=PLAN)


class StudyIn(StudyPlanIn):
    slug: str = Field("", max_length=60, description="made of the title when left out")


class StudyRunIn(Strict):
    parallel: int | None = Field(
        None, ge=1, le=256, description="runs side by side; one per card or core when left out"
    )


class StudyCostOut(Schema):
    """What a study would take; nothing was written."""

    cells: int
    checks: int = Field(description="runs that judge training rows for others")
    runs: int = Field(description="distinct ones, checkers included")
    there: int = Field(description="of these, finished already")
    to_fit: int
    steps: int = Field(description="optimisation steps still to make")
    seconds: float = Field(description="one run after the other")
    disk_gb: float
    classifiers: list[dict[str, Any]]
