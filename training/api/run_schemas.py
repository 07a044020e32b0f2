"""What the interface takes and gives about training runs."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Field, Schema
from pydantic import StringConstraints

from curation.api.paging import PageAsked
from curation.api.schemas import Strict

Source = Annotated[str, StringConstraints(pattern=r"^[!-~]+$", max_length=200)]


class TrainIn(Strict):
    """Sources to train on, each with the same classifier and seeds."""

    sources: list[Source] = Field(
        min_length=1, max_length=100, description="real@100+synthetic, share:0.5, version:3, …"
    )
    classifier: str = Field("transformer", max_length=30)
    model: str = Field("", max_length=300, description="encoder; minilm when left out")
    seeds: int = Field(3, ge=1, le=20)
    max_steps: int | None = Field(None, ge=1, le=100_000, description="of the encoder")
    loss: Literal["cross_entropy", "soft", "agreement"] = "cross_entropy"
    parallel: int = Field(1, ge=1, le=64, description="runs side by side")
    balanced: bool = Field(False, description="every label weighs the same")
    dynamics: bool = Field(False, description="tell easy, ambiguous and hard training texts")
    save_model: bool = Field(False, description="keep the models, to judge new texts")


class SourceOut(Schema):
    title: str
    train_rows: str = Field(description='"412", or "410 to 412" where seeds draw differently')
    runs: int
    known: int = Field(description="finished already")


class TrainingPlanOut(Schema):
    """What training would take; nothing was written."""

    likely: str
    ground: str = Field(description="what the estimate is from")
    sources: list[SourceOut]


class TrainingRunsAsked(PageAsked):
    source: str = Field("", max_length=200)
    status: Literal["", "ready", "running", "successful", "failed", "cancelled"] = ""


class TrainingRunOut(Schema):
    key: str = Field(description='as predictions name it: "training:12"')
    source: str
    seed: int
    version: int | None = Field(description="dataset version it was trained on")
    status: str
    train_rows: int
    macro_f1: float | None
    accuracy: float | None
    collapsed: bool = Field(description="nearly all predictions name one label")
    error: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    href: str


class TrainingRunWhole(TrainingRunOut):
    config: dict[str, Any]
    metrics: dict[str, Any]
    studies: list[str]
    command: str = Field(description="that makes the run once more")
