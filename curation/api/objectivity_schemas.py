"""What the interface takes and gives about objectivity studies."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from ninja import Field, Schema

from curation.api.schemas import Strict


class ComparedSoFarOut(Schema):
    projects: int
    pairs: int
    wanted: int = Field(description="comparisons: pairs times per_pair")
    comparisons: int = Field(description='there are, "cannot say" included')
    cannot_say: int
    due: int
    annotators: int


class ObjectivityOut(Schema):
    slug: str
    title: str
    per_pair: int = Field(description="comparisons wanted of each pair")
    per_annotator: int = Field(description="pairs that one person is asked about at most")
    progress: ComparedSoFarOut
    created_at: datetime
    href: str


class PairOut(Schema):
    project: str
    other: str
    wins: int = Field(description="how often `project` was called more objective than `other`")
    compared: int


class ObjectivityWhole(ObjectivityOut):
    ranking: dict[str, Any] | None = Field(
        description="tasks with scores, intervals and stars, the most objective first; null "
        "before the first ranking"
    )
    fresh: bool = Field(description="nothing was answered since")
    pairs: list[PairOut]
    link: str | None = Field(
        description="lets people without an account compare, for 30 days; null for whoever only "
        "reads"
    )


class LabelCardOut(Schema):
    title: str
    description: str
    examples: list[str]


class TaskCardOut(Schema):
    """One task as somebody who has never seen it is told it."""

    slug: str
    title: str
    question: str
    labels: list[LabelCardOut]


class ComparisonOut(Schema):
    question: str
    definition: str = Field(description="what objective means here")
    pair: str | None = Field(description="the answer names it; null: nothing is left")
    left: TaskCardOut | None
    right: TaskCardOut | None
    answered: int
    whole: int = Field(description="pairs this person is asked about")
    finished: bool


class ChoiceIn(Strict):
    pair: str = Field(min_length=1, max_length=200)
    choice: Literal["left", "right", "cannot_say"]
    seconds: float | None = Field(None, ge=0)


class TakenBackOut(Schema):
    pair: str
