"""What the interface takes and gives about generation."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from ninja import Field, Schema

from curation.api.paging import PageAsked
from curation.api.schemas import Strict

AMOUNT = r"^\d{1,12}(\.\d{1,9})?$"


class OptionsIn(Strict):
    """About the texts wanted, beyond the project's own words; null is the project's own."""

    context: str | None = Field(None, max_length=20_000, description="who writes, and what for")
    style: str | None = Field(None, max_length=1_000, description='a plural: "tweets"')
    words: list[int] | None = Field(
        None, min_length=2, max_length=2, description="fewest and most of a text"
    )
    n_texts: int | None = Field(None, ge=1, le=1_000, description="asked for in one call")
    turns: int | None = Field(None, ge=1, le=1_000, description="calls in one conversation")
    shots: int | None = Field(None, ge=1, le=1_000, description="real examples shown in a call")
    temperature: float | None = Field(None, ge=0, le=2)
    max_tokens: int | None = Field(None, ge=0, le=10_000_000, description="0: enough")
    seed_share: float | None = Field(None, ge=0, le=1)
    degree: float | None = Field(None, ge=0, le=1, description="of borderline texts")
    label_last: bool | None = None
    attributes: list[str] | None = Field(None, max_length=100)


class ScreeningIn(Strict):
    """What the screening looks at; null is as usual."""

    near: float | None = Field(None, ge=0, le=1)
    near_apart: float | None = Field(None, ge=0, le=1)
    semantic: float | None = Field(None, ge=0, le=1)
    giveaway: bool | None = None
    personal: bool | None = None
    language: bool | None = None
    boilerplate: bool | None = None


class WishIn(Strict):
    """A wish for texts; what is left out is the project's own, else the default."""

    provider: Literal["openai", "openai_batch", "recorded", "template"]
    method: str = Field(max_length=30, description="zero_shot, few_shot, topic, …")
    count: int = Field(ge=1, le=1_000_000, description="examples, over all labels")
    model: str = Field("", max_length=200)
    base_url: str = Field("", max_length=300, description="of a model server")
    recordings: str = Field("", max_length=300, description="a file in the data folder")
    seed: int = Field(0, ge=-(2**63), le=2**63 - 1)
    language: str = Field("", max_length=40)
    options: OptionsIn = OptionsIn()
    checks: ScreeningIn = ScreeningIn()
    parallel: int | None = Field(None, ge=1, le=1_000)
    requests_per_minute: float | None = Field(None, gt=0, le=1e9)
    tokens_per_minute: float | None = Field(None, gt=0, le=1e12)
    patience: int | None = Field(None, ge=1, le=100_000)
    top_up: float | None = Field(None, ge=1, le=1e6)
    reuse: bool | None = Field(None, description="take earlier answers to the same request")
    cap: str | None = Field(None, pattern=AMOUNT, description='most that it may cost: "2.50"')
    price: list[str] | None = Field(
        None, min_length=2, max_length=2, description="per million tokens sent and written"
    )
    currency: str | None = Field(None, pattern=r"^[A-Z]{3}$")


class EndOut(Schema):
    calls: int
    prompt_tokens: int
    completion_tokens: int
    cost: str | None = Field(description="null where nobody knows the price")


class EstimateOut(Schema):
    low: EndOut
    likely: EndOut
    high: EndOut


class GenerationPlanOut(Schema):
    """What would be sent first, and what it would take; nothing was asked."""

    prompts: dict[str, list[dict[str, str]]] = Field(description="label → messages")
    estimate: EstimateOut
    price_as_of: str | None
    warnings: list[str]


class GenerationRunOut(Schema):
    number: int
    provider: str
    model: str
    method: str
    prompt_version: str
    seed: int
    target: int = Field(description="examples asked for, over all labels")
    status: str = Field(description="ready, running, paused, successful, failed or cancelled")
    accepted: int
    rejected: int
    surplus: int = Field(description="good texts beyond the target")
    reasons: dict[str, int] = Field(description="reason → rejected texts")
    prompt_tokens: int
    completion_tokens: int
    spent: Decimal | None = Field(description="null where nobody knows the price")
    doubtful: Decimal | None = Field(description="of it, for calls nobody knows the end of")
    cap: Decimal | None
    currency: str
    error: str = Field(description="a sentence; of a successful run why fewer came")
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    href: str


class DraftsAsked(PageAsked):
    reason: str = Field("rejected", max_length=60, description="accepted, rejected or one reason")
    label: str = Field("", max_length=60)


class DraftOut(Schema):
    """A text that was written, with its verdict."""

    id: int
    call: int = Field(description="that wrote it")
    text: str = Field(description="of one too near to a test text only that it is withheld")
    withheld: bool
    verdict: str
    accepted: bool
    detail: str
    label: str | None = Field(description="that the prompt asked for")
    example: str = Field(description="that it became, or where it stands in its run")


class SentMessageOut(Schema):
    role: str
    content: str


class CallOut(Schema):
    """One request to a model, and what became of it."""

    id: int
    run: int
    kind: str = Field(description="write, label or values")
    status: str = Field(description="sent, answered, refused or lost")
    cached: bool = Field(description="answered by a call of an earlier run")
    label: str | None
    cell: dict[str, Any] = Field(description="list drawn from → value")
    sent: list[SentMessageOut]
    answer: str
    masked: bool = Field(description="texts too near to test texts are left out of it")
    problem: str = Field(description='why there is no answer; ""')
    model: str
    prompt_tokens: int | None
    completion_tokens: int | None
    finish_reason: str
    attempts: int
    seconds: float
    spent: Decimal | None = Field(description="null where nobody knows the price")
    doubtful: Decimal | None
    drafts: list[DraftOut]
    previous: int | None = Field(description="the turn before in its conversation")
    next: int | None
    created_at: datetime


class WriteListIn(Strict):
    """A list that a model is to write."""

    n_values: int = Field(20, ge=1, le=1_000)
    model: str = Field(max_length=200, description="as the provider names it")
    base_url: str = Field("", max_length=300, description="of a model server")
    seed: int = Field(0, ge=-(2**62), le=2**62)


class AttributeListOut(Schema):
    name: str
    values: list[str]
    written_by: str = Field(description='a model; "" where a person wrote it')
    updated_at: datetime


class AttributeListIn(Strict):
    values: list[str] = Field(min_length=1, max_length=10_000)
