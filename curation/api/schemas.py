"""What the interface takes and gives about projects and their agreement."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ninja import Field, Schema
from pydantic import ConfigDict, model_validator

from curation.importers.lines import is_storable_json


class Strict(Schema):
    """What is sent: a field that is not known is refused instead of passed over."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _storable(cls, sent: Any) -> Any:
        """Texts and numbers that no database keeps are refused wherever they stand."""
        raw = getattr(sent, "_obj", sent)  # as the library wraps it
        try:
            fine = not isinstance(raw, dict) or is_storable_json(raw)
        except RecursionError:
            fine = False
        if not fine:
            raise ValueError("a NUL character, half a character, no number, or nested too deep")
        return sent


class LabelOut(Schema):
    name: str
    title: str
    description: str


class ProjectOut(Schema):
    slug: str
    title: str
    question: str
    instructions: str = Field(description="what annotators read before they start")
    overlap: int = Field(description="answers wanted for each example")
    threshold: float = Field(description="γ that adaptive rounds decide at, in (0, 1]")
    writing: dict[str, Any] = Field(description="how texts are written: context, style, words")
    labels: list[LabelOut]
    versions: int
    role: str = Field(description="of whoever asks: owner, researcher, annotator or auditor")
    created_at: datetime
    href: str


class LabelIn(Strict):
    name: str = Field(max_length=60, description="its stable code")
    title: str = Field("", max_length=120)
    description: str = Field("", max_length=20_000)


class ProjectIn(Strict):
    """Labels, or the name of a preset that comes with the application."""

    slug: str = Field(max_length=60, description="lower-case letters, digits, - and _")
    labels: list[LabelIn] = Field([], max_length=200)
    preset: str = Field("", max_length=60, description="instead of labels")
    title: str = Field("", max_length=200)
    question: str = Field("", max_length=20_000)
    instructions: str = Field("", max_length=100_000)
    overlap: int = Field(3, ge=1, le=1_000)
    threshold: float = Field(0.8, gt=0, le=1)
    writing: dict[str, Any] | None = None


class ProjectChange(Strict):
    """What is left out stays as it is."""

    title: str | None = Field(None, min_length=1, max_length=200)
    question: str | None = Field(None, max_length=20_000)
    instructions: str | None = Field(None, max_length=100_000)
    overlap: int | None = Field(None, ge=1, le=1_000)
    threshold: float | None = Field(None, gt=0, le=1)
    writing: dict[str, Any] | None = None


class LabelChange(Strict):
    """What is left out stays as it is."""

    title: str | None = Field(None, min_length=1, max_length=120)
    description: str | None = Field(None, max_length=20_000)


class AgreementOut(Schema):
    """Over the pool; numbers that do not exist are null."""

    examples: int = Field(description="with at least one vote")
    annotations: int = Field(description="votes; skips not counted")
    annotators: int
    skips: int
    strays: int = Field(description="answers kept aside because they cannot become votes")
    aggregator: str
    alpha: float | None = Field(description="Krippendorff's, nominal")
    alpha_low: float | None = Field(description="95 % bootstrap interval over examples")
    alpha_high: float | None
    mean_agreement: float = Field(description="mean a_i")
    unanimous: int
    labels: dict[str, int] = Field(description="aggregated label → examples")
    accuracy: float | None = Field(description="of aggregated labels against gold labels")
    gold: int
    simulated: bool = Field(description="any vote came from a program")


class StatisticsOut(Schema):
    """Agreement as its page shows it, as old as `at`."""

    at: datetime
    answers: int = Field(description="that the numbers rest on")
    fresh: bool = Field(description="nothing was answered or set aside since")
    simulated: bool
    statistics: dict[str, Any] = Field(description="each with value, low, high and n")
    posterior: dict[str, Any] = Field(description="what more votes would show")
    cautions: list[str] = Field(description="sentences to mind when reading")


class JobOut(Schema):
    """Background work; ask its address again until `state` is none of ready and running."""

    id: int
    kind: str
    state: str = Field(description="ready, running, successful, failed or cancelled")
    done: int
    total: int = Field(description="0: not known")
    note: str = Field(description="what it does now")
    error: str = Field(description='one sentence; "" where nothing went wrong')
    result: dict[str, Any] | None = Field(description="of freezing: version, created, kept")
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    href: str = Field(description="its address")
