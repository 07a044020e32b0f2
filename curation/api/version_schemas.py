"""What the interface takes and gives about dataset versions."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from ninja import Field, Schema

from curation.api.paging import PageAsked
from curation.api.schemas import Strict
from curation.datasets import Policy, PolicyError
from curation.datasets.splits import SplitError, SplitPlan
from curation.errors import BadInput


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


class ForeseenOut(Schema):
    """A version that is not frozen yet."""

    policy_sentence: str
    judged: int
    kept: int
    dropped: dict[str, int] | None = Field(description="reason → examples; null for many votes")
    labels: dict[str, int] = Field(description="label → examples kept")
    splits: dict[str, int] | None
    version: int | None = Field(description="that holds exactly this already")


class ExportOut(Schema):
    form: str
    title: str
    contains: str
    bytes: int = Field(description="of the zip, about")
    href: str


class RowOut(Schema):
    """One judged example in one version, on the votes it was frozen with."""

    example: str = Field(description="its id")
    text: str
    label: str = Field(description="aggregated")
    intended_label: str | None
    gold_label: str | None
    source: str
    votes: dict[str, int] = Field(description="label → votes")
    agreement: float = Field(description="a_i")
    entropy: float
    probability: float
    drop_reason: str = Field(description='"" = kept')
    split: str


class RowsAsked(PageAsked):
    example: str = Field("", max_length=120, description="only the row of this example")
    show: Literal["all", "kept", "dropped"] = "all"
    label: str = Field("", max_length=60)
    split: Literal["", "train", "validation", "test"] = ""


class SideOut(Schema):
    label: str
    drop_reason: str
    split: str
    agreement: float


class DiffRowOut(Schema):
    example: str
    text: str
    why: str
    before: SideOut | None
    after: SideOut | None


class DiffAsked(PageAsked):
    change: Literal["in", "out", "relabelled", "moved"] = "in"


class ChangedOut(Schema):
    field: str
    before: str
    after: str


class LabelCountOut(Schema):
    label: str
    before: int
    after: int


class WhyOut(Schema):
    change: str
    why: str
    examples: int


class DiffOut(Schema):
    """What changed from one version to another; its rows are at `rows`."""

    before: int
    after: int
    policy: list[ChangedOut] = Field(description="fields in which policy or plan differ")
    changes: dict[str, int] = Field(description="in, out, relabelled, moved, same → examples")
    whys: list[WhyOut]
    labels: list[LabelCountOut]
    agreement_before: float | None = Field(description="mean a_i of what is kept")
    agreement_after: float | None
    rows: str = Field(description="address of the examples that changed")


class SplitsIn(Strict):
    """Shares that add up to 1."""

    train: float = Field(ge=0, le=1)
    validation: float = Field(0.0, ge=0, le=1)
    test: float = Field(0.0, ge=0, le=1)
    seed: int = Field(0, ge=0)

    def plan(self) -> SplitPlan:
        """Raises `BadInput` where it cannot be meant."""
        try:
            return SplitPlan(**self.dict())
        except SplitError as error:
            raise BadInput(str(error)) from error


class PolicyIn(Strict):
    """Exactly one of threshold, keep_share, label_thresholds and keep_all."""

    threshold: float | None = Field(None, description="γ in (0, 1], the same for all labels")
    keep_share: float | None = Field(None, description="most agreed share of each label, (0, 1]")
    label_thresholds: dict[str, float] = Field({}, description="label → γ, one for each label")
    keep_all: bool = False
    measure: str = Field("raw", max_length=20, description="raw or posterior")
    certainty: float = Field(0.5, description="in (0, 1), of posterior agreement")
    balance: str = Field("", max_length=20, description="empty, as_judged or equal")
    drop_mismatch: bool = Field(False, description="drop where the crowd names another label")
    min_votes: int = Field(1, ge=1, le=10_000)
    aggregator: str = Field("majority", max_length=30)

    def policy(self) -> Policy:
        """Raises `BadInput` where it cannot be meant."""
        asked = self.dict(include=set(PolicyIn.model_fields) - {"label_thresholds"})
        try:
            return Policy(**asked, label_thresholds=tuple(self.label_thresholds.items()))
        except PolicyError as error:
            raise BadInput(str(error)) from error


class ForeseeIn(PolicyIn):
    splits: SplitsIn | None = None

    def plan(self) -> SplitPlan | None:
        return self.splits.plan() if self.splits else None


class FreezeIn(ForeseeIn):
    note: str = Field("", max_length=2_000, description="why this version is made")
    anyway: bool = Field(False, description="also while votes are being fetched")
