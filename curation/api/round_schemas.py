"""What the interface takes and gives about rounds, their tasks and answers."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from ninja import Field, Schema

from curation.api.paging import PageAsked
from curation.api.schemas import Strict
from curation.assignment import Checks
from curation.assignment.checks import ChecksError
from curation.errors import BadInput
from curation.forms.rounds import way_problem
from curation.services.annotating.rounds import RoundOptions

State = Literal["open", "paused", "closed"]


class RoundOut(Schema):
    number: int
    front: str = Field(description="page, label_studio, votes or simulated")
    state: str
    simulated: bool
    overlap: int = Field(description="answers per example, at most")
    first_overlap: int | None = Field(description="of an adaptive round: answers everywhere")
    gamma: float | None
    tasks: int
    done: int = Field(description="tasks that will get no more votes")
    set_aside: int = Field(description="of them, because they were skipped too often")
    votes: int
    answers: int = Field(description="labels and skips that count")
    wanted: int | None = Field(description="answers asked for so far; null: never asked for")
    people: int
    strays: int = Field(description="answers kept aside")
    saved: int = Field(description="votes an adaptive round did not need")
    trouble: str = Field(description='why the last exchange with the front failed; "" fine')
    created_at: datetime
    href: str


class ChecksIn(Strict):
    """How often annotators are checked; shares of the tasks handed out."""

    gold: float = Field(0.0, ge=0, le=0.5)
    attention: float = Field(0.0, ge=0, le=0.5)
    repeat: float = Field(0.0, ge=0, le=0.5)
    qualification: int = Field(0, ge=0, le=200)
    pass_share: float = Field(0.7, ge=0, le=1)


class RoundIn(Strict):
    """On the built-in page, with every text of the pool. What is left out follows the project."""

    overlap: int | None = Field(None, ge=1, le=1_000)
    first: int | None = Field(None, ge=1, le=1_000, description="adaptive: answers everywhere")
    gamma: float | None = Field(None, gt=0, le=1)
    confidence: float = Field(0.98, gt=0.5, lt=1)
    answers_each: int | None = Field(None, ge=1, le=2**31 - 1)
    lease_seconds: int = Field(900, ge=30, le=86_400)
    most_skips: int = Field(3, ge=1, le=1_000)
    checks: ChecksIn = ChecksIn()
    invited_only: bool = False
    consent: str = Field("", max_length=20_000)
    worker_parameter: str = Field("", max_length=60)
    completion_code: str = Field("", max_length=60)
    completion_url: str = Field("", max_length=500)

    def options(self) -> RoundOptions:
        """Raises `BadInput` where they cannot be meant."""
        if wrong := way_problem(self.worker_parameter, self.completion_url):
            raise BadInput(wrong)
        names = {field.name for field in fields(RoundOptions)} - {"checks"}
        try:
            return RoundOptions(**self.dict(include=names), checks=Checks(**self.checks.dict()))
        except ChecksError as error:
            raise BadInput(str(error)) from error


class RoundChange(Strict):
    state: State


class AddedOut(Schema):
    added: int = Field(description="texts put at the end of the line")


class LinkIn(Strict):
    days: int = Field(30, ge=1, le=365)
    worker: str = Field("", max_length=200, description="external id of the one it is for")


class LinkOut(Schema):
    link: str = Field(description="lets people in; it holds nobody's id")
    days: int


class TasksAsked(PageAsked):
    state: Literal["", "open", "full", "settled", "set_aside"] = ""


class TaskOut(Schema):
    id: int
    example: str
    purpose: str = Field(description="vote, gold, attention, qualification or repeat")
    state: str
    wanted: int
    votes: int
    skips: int
    leased: int
    due: int


class HandOut(Schema):
    """A text in one's hands. Nothing tells what it is for."""

    key: UUID = Field(description="the answer names it")
    text: str
    again: bool
    label: str = Field(description="what was chosen before it was taken back")


class AnswerIn(Strict):
    """A label, or the reason to skip."""

    key: UUID
    label: str = Field("", max_length=60)
    skip: Literal["", "unclear", "harmful", "language", "other"] = ""
    seconds: float | None = Field(None, ge=0)


class AnsweredOut(Schema):
    repeated: bool = Field(description="it had been stored before")


class VoteOut(Schema):
    id: int
    example: str
    annotator: str = Field(description="pseudonym")
    round: int
    label: str | None = Field(description="null: skipped")
    skip_reason: str
    seconds: float | None
    counts: bool = Field(description="a vote: not a check, and not of somebody set aside")
    answered_at: datetime | None


class VotesAsked(PageAsked):
    round: int | None = Field(None, ge=1, le=2**31 - 1)
    annotator: str = Field("", max_length=120)
    example: str = Field("", max_length=120)


class VoteIn(Strict):
    """One answer: a label, or the reason to skip."""

    example: str = Field(max_length=120)
    annotator: str = Field(max_length=120, description="an e-mail address becomes a pseudonym")
    label: str | None = Field(None, max_length=60)
    skip: str | None = Field(None, max_length=20)
    seconds: float | None = None
    answered_at: str | None = Field(None, max_length=40)


class VotesIn(Strict):
    votes: list[VoteIn] = Field(min_length=1, max_length=10_000)
    skip_bad: bool = Field(False, description="leave bad rows out instead of refusing all")


class BadRowOut(Schema):
    row: int = Field(description="counted from 1")
    reason: str
    detail: str


class VotesAdded(Schema):
    added: int
    skips: int = Field(description="of those")
    unchanged: int = Field(description="were there already, exactly so")
    skipped: list[BadRowOut]


def bad_rows(rows: Any) -> list[dict[str, Any]]:
    """Rows that were left out, as they are answered."""
    return [{"row": row.line, "reason": row.reason, "detail": row.detail} for row in rows]
