"""What classifiers say about examples: those trained here, and others' that are sent."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Max
from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Router, Schema

from curation.api.answers import reads, writes
from curation.api.door import project_at
from curation.api.once import once
from curation.api.paging import Page, PageAsked, page_of
from curation.api.schemas import Strict
from curation.models import Prediction
from curation.services.access import Right
from curation.services.lately import lately
from curation.services.predictions import NewPrediction, attach_predictions

router = Router()


class PredictionOut(Schema):
    run: str = Field(description='whose word it is: "training:12", "folds:…", "outside:…"')
    example: str
    label: str = Field(description="of the largest probability")
    probabilities: dict[str, float]
    entropy: float = Field(description="bits")


class PredictionsAsked(PageAsked):
    run: str = Field("", max_length=60)
    example: str = Field("", max_length=120)


class PredictingRunOut(Schema):
    run: str
    examples: int


class PredictionIn(Strict):
    example: str = Field(min_length=1, max_length=120)
    probabilities: dict[str, float] = Field(description="label → p; those left out are 0")


class PredictionsIn(Strict):
    run: str = Field(
        pattern=r"^outside:[A-Za-z0-9._-]{1,50}$", description='"outside:" and a name of yours'
    )
    predictions: list[PredictionIn] = Field(min_length=1, max_length=10_000)


class PredictionsAdded(Schema):
    written: int = Field(description="new or changed; 0 when the same is sent again")


@router.get("/{slug}/predictions", response=reads(Page[PredictionOut]), summary="All predictions")
def prediction_list(
    request: HttpRequest, response: HttpResponse, slug: str, asked: Query[PredictionsAsked]
) -> dict[str, Any]:
    rows = Prediction.objects.filter(project=project_at(request, slug, Right.SEE))
    if asked.run:
        rows = rows.filter(run_key=asked.run)
    if asked.example:
        rows = rows.filter(example__external_id=asked.example)
    rows = rows.select_related("example", "label")
    return page_of(request, response, rows, asked, tell=_prediction)


@router.get(
    "/{slug}/predictions/runs",
    response=reads(list[PredictingRunOut]),
    summary="Who said something about examples",
)
def predicting_runs(request: HttpRequest, slug: str) -> list[dict[str, Any]]:
    """Of very many as it was some minutes ago at most."""
    project = project_at(request, slug, Right.SEE)
    rows = Prediction.objects.filter(project=project).order_by("run_key")
    counted = rows.values_list("run_key").annotate(n=Count("pk"))
    found = lately(
        project,
        "predicting",
        lambda: list(counted),
        rows=lambda found: sum(n for _, n in found),
        signs=[Prediction.objects.aggregate(last=Max("pk"))["last"]],
    )
    return [{"run": key, "examples": n} for key, n in found]


@router.post(
    "/{slug}/predictions",
    response=writes({200: PredictionsAdded}),
    summary="Attach predictions of a classifier of yours",
)
@once
def prediction_add(request: HttpRequest, slug: str, asked: PredictionsIn) -> dict[str, int]:
    """What it has said about the same example before is replaced."""
    project = project_at(request, slug, Right.WORK)
    rows = [
        NewPrediction(example=row.example, probs=row.probabilities) for row in asked.predictions
    ]
    return {"written": attach_predictions(project, asked.run, rows)}


def _prediction(row: Prediction) -> dict[str, Any]:
    return {
        "run": row.run_key,
        "example": row.example.external_id,
        "label": row.label.name,
        "probabilities": row.probs,
        "entropy": row.entropy,
    }
