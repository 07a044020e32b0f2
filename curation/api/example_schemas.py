"""What the interface takes and gives about examples."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from ninja import Field, Schema

from curation.api.paging import PageAsked
from curation.api.round_schemas import BadRowOut
from curation.api.schemas import Strict
from curation.errors import BadInput

Split = Literal["pool", "train", "test", "check"]
Source = Literal["synthetic", "real"]


Order = Literal["newest", "oldest", "disputed", "agreed", "shortest", "longest"]


class FilterAsked(Schema):
    """Only what fits every one of these that is given, as the table of texts filters."""

    text: str = Field("", max_length=200, description='words, or "a phrase"')
    split: Split | Literal[""] = ""
    source: Source | Literal[""] = ""
    intended: str = Field("", max_length=60, description="label asked for; ~none")
    label: str = Field("", max_length=60, description="of the most votes; ~none, ~tie")
    differs: bool = Field(False, description="the most votes are for another label")
    method: str = Field("", max_length=60, description="of the prompt")
    prompt: str = Field("", max_length=60, description="version of the prompt")
    run: int | None = Field(None, ge=0, le=10**9, description="generation run")
    agreement_from: float | None = Field(None, ge=0, le=1)
    agreement_to: float | None = Field(None, ge=0, le=1)
    votes_from: int | None = Field(None, ge=0, le=10**9)
    votes_to: int | None = Field(None, ge=0, le=10**9)
    annotator: str = Field("", max_length=120, description="pseudonym of who judged it")
    version: int | None = Field(None, ge=0, le=10**9, description="that has it")
    verdict: str = Field("", max_length=40, description="in that version: kept, dropped, …")
    aside: bool | None = Field(None, description="set aside by hand")
    predicted: str = Field("", max_length=60, description="label a classifier names; ~none")
    surprising: bool = Field(False, description="a classifier names another label")
    order: Order = "oldest"


class ExamplesAsked(FilterAsked, PageAsked):
    """Which page of the examples that fit."""

    cursor: str = Field("", max_length=400, description="where to go on, as `next` says")


class FilterIn(FilterAsked, Strict):
    """Examples that fit every one of these that is given."""


class CountOut(Schema):
    number: int
    more: bool = Field(description="there are more than that")


class ChosenIn(Strict):
    """Examples by their ids, or all that a filter means; 10,000 at most."""

    examples: list[str] = Field([], max_length=10_000)
    filter: FilterIn | None = None

    def check(self) -> None:
        """Raises `BadInput` unless it is exactly one of the two."""
        if bool(self.examples) == (self.filter is not None):
            raise BadInput("Say which texts: give either their ids or a filter.")


class SetAsideIn(ChosenIn):
    reason: str = Field(min_length=1, max_length=500, description="kept beside the text")


class SendIn(ChosenIn):
    overlap: int | None = Field(None, ge=1, le=1_000, description="the project's when left out")


class ChangedExamplesOut(Schema):
    changed: int = Field(description="those that were not so before")


class ExampleOut(Schema):
    id: str
    text: str
    source: str
    split: str
    intended_label: str | None = Field(description="what the prompt asked for")
    gold_label: str | None = Field(description="a trusted label")
    label: str | None = Field(description="of the most votes; null: none, or a tie")
    agreement: float | None = Field(description="a_i; null without votes")
    votes: dict[str, int] = Field(description="label → votes that count")
    skips: int
    set_aside: bool = Field(description="by hand: not judged, not kept, not trained on")
    created_at: datetime
    href: str


class FactOut(Schema):
    term: str
    text: str


class OriginOut(Schema):
    """How a text was written."""

    facts: list[FactOut]
    prompt: str = Field(description='as it was sent; "" where it is not known')
    screening: list[FactOut]


class AnswerOut(Schema):
    annotator: str = Field(description="pseudonym")
    label: str | None
    said: str = Field(description="the label's title, or why it was skipped")
    counts: bool
    at: datetime | None


class JudgedOut(Schema):
    round: int
    front: str
    asked_as: str
    state: str
    answers: list[AnswerOut]


class StandingOut(Schema):
    version: int
    label: str
    verdict: str = Field(description="kept with its split, or dropped with the reason")
    why: str


class TrainedOut(Schema):
    run: str
    version: int
    seed: int
    status: str
    macro_f1: float | None


class WordOut(Schema):
    run: str
    label: str
    probability: float


class NearOut(Schema):
    example: str
    text: str = Field(description="its beginning")
    cosine: float = Field(description="1: the same text")


class ExampleWhole(ExampleOut):
    """An example with all that it came from and went into."""

    provenance: dict[str, Any]
    origin: OriginOut | None = Field(description="null where it was not generated here")
    rounds: list[JudgedOut]
    versions: list[StandingOut]
    runs: list[TrainedOut] = Field(description="training runs on versions that hold it")
    predictions: list[WordOut]
    near: list[NearOut] | None = Field(
        description="texts like it, where `near` was asked for; none without stored vectors"
    )


class ExampleIn(Strict):
    id: str = Field(min_length=1, max_length=120, description="yours, the same everywhere")
    text: str = Field(min_length=1, max_length=200_000)
    label: str | None = Field(None, max_length=60)


class ExamplesIn(Strict):
    """The label is the gold label; on synthetic texts of the pool it is the intended one."""

    examples: list[ExampleIn] = Field(min_length=1, max_length=10_000)
    split: Split = "pool"
    source: Source = "real"
    attention: bool = Field(False, description="checks that say themselves which label to give")
    skip_bad: bool = Field(False, description="leave bad rows out instead of refusing all")


class ExamplesAdded(Schema):
    added: int
    unchanged: int = Field(description="were there already, exactly so")
    skipped: list[BadRowOut]
