"""The explorer's numbers: what a policy keeps, and the scores measured over thresholds."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema

from curation.api.answers import reads, writes
from curation.api.door import project_at
from curation.api.version_schemas import PolicyIn
from curation.errors import NothingToDo
from curation.services.access import Right
from curation.services.exploring import measured_scores
from curation.services.exploring.answering import Explored, explored

router = Router()


class LabelKept(Schema):
    label: str
    judged: int
    kept: int


class ExploredOut(Schema):
    """What a policy keeps of the judged texts, and what that does to them."""

    policy_sentence: str
    judged: int
    kept: int
    labels: list[LabelKept]
    dropped: dict[str, int] = Field(description="reason → texts")
    minority: str | None = Field(description="label that fewest texts carry")
    mean_length_judged: float | None = Field(description="characters")
    mean_length_kept: float | None
    votes_behind: int = Field(description="votes on what is kept")
    evidence_at: str
    fresh: bool = Field(description="no vote came, went or changed since")


class ScoresOut(Schema):
    fresh: bool = Field(description="no vote came, went or changed since")
    measured: dict[str, Any] = Field(
        description="curves over thresholds with intervals, references and the recommendation"
    )


@router.post(
    "/{slug}/explorer",
    response=writes({200: ExploredOut}),
    summary="What a policy keeps",
)
def explore(request: HttpRequest, slug: str, asked: PolicyIn) -> dict[str, Any]:
    """Nothing is written. 409 where the job `explore` has to lay the evidence out first."""
    found = explored(project_at(request, slug, Right.SEE), asked.policy())
    if found is None:
        raise NothingToDo("The evidence has to be laid out first; start the job explore.")
    return _told(found)


@router.get(
    "/{slug}/explorer/scores",
    response=reads(ScoresOut, 409),
    summary="Expected scores over thresholds",
)
def scores(request: HttpRequest, slug: str, aggregator: str = "majority") -> dict[str, Any]:
    """As the job `explore` measured them last; 409 where it never did."""
    project = project_at(request, slug, Right.SEE)
    found = measured_scores(project, aggregator=aggregator)
    if found is None:
        raise NothingToDo("Expected scores were never measured so; start the job explore.")
    return {"fresh": found.fresh, "measured": found.curves.as_json()}


def _told(found: Explored) -> dict[str, Any]:
    return {**vars(found), "labels": [vars(one) for one in found.labels]}
