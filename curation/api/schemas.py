"""What the interface takes and gives."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ninja import Field, Schema
from pydantic import ConfigDict

from curation.datasets import Policy
from curation.datasets.splits import SplitPlan


class Problem(Schema):
    """A refusal (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str = Field(description="one sentence: what is wrong, and what to do")


class LabelOut(Schema):
    name: str
    title: str
    description: str


class ProjectOut(Schema):
    slug: str
    title: str
    question: str
    labels: list[LabelOut]
    versions: int
    created_at: datetime


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


class VersionOut(Schema):
    number: int
    policy: dict[str, Any]
    policy_sentence: str
    fingerprint: str
    kept: int
    dropped: dict[str, int] = Field(description="reason → examples")
    labels: dict[str, int] = Field(description="label → examples kept")
    splits: dict[str, int]
    split_plan: dict[str, Any]
    annotators: int
    alpha: float | None
    mean_agreement: float | None
    simulated: bool
    note: str
    created_at: datetime


class FrozenOut(Schema):
    created: bool = Field(description="false: the same selection had been frozen before")
    version: VersionOut


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
    href: str = Field(description="its address")


class ExportOut(Schema):
    form: str
    title: str
    contains: str
    bytes: int = Field(description="of the zip, about")
    href: str


class SplitsIn(Schema):
    """Shares that add up to 1."""

    model_config = ConfigDict(extra="forbid")

    train: float
    validation: float = 0.0
    test: float = 0.0
    seed: int = Field(0, ge=0)

    def plan(self) -> SplitPlan:
        return SplitPlan(
            train=self.train, validation=self.validation, test=self.test, seed=self.seed
        )


class PolicyIn(Schema):
    """Exactly one of threshold, keep_share, label_thresholds and keep_all."""

    model_config = ConfigDict(extra="forbid")

    threshold: float | None = Field(None, description="γ in (0, 1], the same for all labels")
    keep_share: float | None = Field(None, description="most agreed share of each label, (0, 1]")
    label_thresholds: dict[str, float] = Field({}, description="label → γ, one for each label")
    keep_all: bool = False
    measure: str = Field("raw", description="raw or posterior")
    certainty: float = Field(0.5, description="in (0, 1), of posterior agreement")
    balance: str = Field("", description="empty, as_judged or equal")
    drop_mismatch: bool = Field(False, description="drop where the crowd names another label")
    min_votes: int = 1
    aggregator: str = "majority"
    splits: SplitsIn | None = None
    note: str = Field("", max_length=2_000, description="why this version is made")
    anyway: bool = Field(False, description="also while votes are being fetched")

    def policy(self) -> Policy:
        asked = self.dict(exclude={"splits", "note", "anyway", "label_thresholds"})
        return Policy(**asked, label_thresholds=tuple(self.label_thresholds.items()))
