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
from curation.services.exploring.answering import Explored, explored, next_to_the_line
from curation.services.exploring.reading import Side

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


class MarginIn(PolicyIn):
    page: int = Field(1, ge=1, le=1_000_000, description="1 is the nearest")


class MarginTextOut(Schema):
    example: str
    text: str
    label: str | None
    agreement: float | None
    votes: int


class SideOfLineOut(Schema):
    texts: list[MarginTextOut] = Field(description="the nearest first")
    total: int


class MarginOut(Schema):
    stay: SideOfLineOut
    go: SideOfLineOut
    further: bool = Field(description="there is a page after this one")


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


@router.post(
    "/{slug}/explorer/margin",
    response=writes({200: MarginOut}),
    summary="The texts next to the line",
)
def margin(request: HttpRequest, slug: str, asked: MarginIn) -> dict[str, Any]:
    """Those that the policy just keeps and just drops, ten of each side; nothing is written."""
    project = project_at(request, slug, Right.SEE)
    found = next_to_the_line(project, asked.policy(), page=asked.page)
    if found is None:
        raise NothingToDo("The evidence has to be laid out first; start the job explore.")
    return {"stay": _side(found.stay), "go": _side(found.go), "further": found.further}


def _side(side: Side) -> dict[str, Any]:
    texts = [
        {
            "example": card.external_id,
            "text": card.text,
            "label": card.label and card.label.name,
            "agreement": card.agreement,
            "votes": card.votes,
        }
        for card in side.cards
    ]
    return {"texts": texts, "total": side.total}


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
