"""Training runs: planned, started, watched, read. Stopping is a job's business."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Query, Router, Status

from curation import jobs
from curation.api.answers import reads, writes
from curation.api.door import project_at, studies_seen
from curation.api.jobs import started
from curation.api.once import once
from curation.api.paging import LARGEST, Page, page_of
from curation.api.schemas import JobOut
from curation.errors import BadInput
from curation.models import Project
from curation.services.access import Right
from curation.services.report.scores import score_table
from training.api.run_schemas import (
    TrainIn,
    TrainingPlanOut,
    TrainingRunOut,
    TrainingRunsAsked,
    TrainingRunWhole,
)
from training.forms import TrainingForm
from training.models import Study, TrainingRun
from training.services import project_scores
from training.services.finished import repeat_command

router = Router()
KIND = "train"


@router.post(
    "/{slug}/training/plan",
    response=writes({200: TrainingPlanOut}),
    summary="What training would take",
)
def plan(request: HttpRequest, slug: str, asked: TrainIn) -> dict[str, Any]:
    """Nothing is written."""
    shown = _form(project_at(request, slug, Right.SEE), asked).look()
    return {**vars(shown), "sources": [vars(one) for one in shown.sources]}


@router.get(
    "/{slug}/training/runs", response=reads(Page[TrainingRunOut]), summary="All runs, newest first"
)
def run_list(
    request: HttpRequest, response: HttpResponse, slug: str, asked: Query[TrainingRunsAsked]
) -> dict[str, Any]:
    """Those that were scored; runs that only judge training rows for others are left out."""
    runs = TrainingRun.objects.of(project_at(request, slug, Right.SEE)).scored()
    if asked.source:
        runs = runs.filter(source=asked.source)
    if asked.status:
        runs = runs.filter(status=asked.status)
    return page_of(
        request,
        response,
        runs.select_related("project", "dataset_version").defer("metrics"),
        asked,
        newest_first=True,
        tell=lambda run: _run(request, run),
    )


@router.post(
    "/{slug}/training/runs",
    response=writes({200: JobOut, 202: JobOut}),
    summary="Start training",
)
@once
def run_start(
    request: HttpRequest, response: HttpResponse, slug: str, asked: TrainIn
) -> Status[Any]:
    """202 with the job; 200 with the one under way already. What is finished is not made again."""
    project = project_at(request, slug, Right.WORK)
    form = _form(project, asked)
    form.look()  # refuses what the job would refuse
    return started(request, response, jobs.start_once(KIND, project, form.params()))


@router.get(
    "/{slug}/training/runs/{int:number}", response=reads(TrainingRunWhole), summary="One run"
)
def run(request: HttpRequest, slug: str, number: int) -> dict[str, Any]:
    """`number` is what follows "training:" in its key."""
    runs = TrainingRun.objects.of(project_at(request, slug, Right.SEE))
    rows = runs.select_related("project", "dataset_version")
    found = rows.filter(pk=min(number, LARGEST)).first()
    if found is None:
        raise Http404(f"Project {slug!r} has no training run {number}.")
    readers = studies_seen(request, Study.objects.all()).values("pk")
    studies = Study.objects.filter(cells__run=found, pk__in=readers).distinct().order_by("slug")
    return {
        **_run(request, found),
        "config": found.config,
        "metrics": found.metrics,
        "studies": list(studies.values_list("slug", flat=True)),
        "command": f"python {repeat_command(found, keep=False)}",
    }


@router.get(
    "/{slug}/training/scores",
    response=reads(dict[str, Any], 409),
    summary="Scores of every source, with intervals",
)
def scores(request: HttpRequest, slug: str) -> dict[str, Any]:
    """Of the newest request of each; with paired differences to random subsets of its size."""
    project = project_at(request, slug, Right.SEE)
    return score_table(project) or project_scores(project).as_json()  # which says why there is none


def _form(project: Project, asked: TrainIn) -> TrainingForm:
    """What is asked for, as the page's form checks it."""
    sent = asked.dict(exclude={"sources"}, exclude_none=True)
    usual = {name: field.initial for name, field in TrainingForm.base_fields.items()}
    given = {**usual, **sent, "sources": [], "others": "\n".join(asked.sources)}
    form = TrainingForm({**given, "model": sent["model"] or usual["model"]}, project=project)
    for name, errors in form.errors.items():
        raise BadInput(str(errors[0]) if name == "__all__" else f"{name}: {errors[0]}")
    return form


def _run(request: HttpRequest, run: TrainingRun) -> dict[str, Any]:
    plain = (
        "key", "source", "seed", "status", "train_rows", "macro_f1", "accuracy", "collapsed",
        "error", "created_at", "started_at", "finished_at",
    )  # fmt: skip
    address = f"/api/v1/projects/{run.project.slug}/training/runs/{run.pk}"
    return {
        **{name: getattr(run, name) for name in plain},
        "version": run.dataset_version and run.dataset_version.number,
        "href": request.build_absolute_uri(address),
    }
