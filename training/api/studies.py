"""Studies: planned, written down, run, stopped, read, forgotten."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Query, Router, Status

from curation.api.answers import as_file, reads, writes
from curation.api.door import check_study, project_at, studies_seen, study_at
from curation.api.jobs import job_json
from curation.api.once import once
from curation.api.paging import Page, PageAsked, page_of
from curation.api.schemas import JobOut
from curation.errors import BadInput
from curation.services.access import Right
from training.api.schemas import (
    StudyCostOut,
    StudyIn,
    StudyOut,
    StudyPlanIn,
    StudyRunIn,
    StudyWhole,
)
from training.fitting.errors import FitError
from training.models import Study
from training.services.showing.files import report_file
from training.services.showing.report import report_of
from training.services.studies import (
    StudyState,
    create_study,
    delete_study,
    plan_cost,
    state_of,
    stop_study,
)
from training.services.studies.naming import free_slug
from training.services.studies.sent import check_sent
from training.services.studies.starting import start_study
from training.studies.plan import StudyPlan

router = Router()
STUDIES = Study.objects.all()


@router.get("", response=reads(Page[StudyOut]), summary="All studies, newest first")
def study_list(
    request: HttpRequest, response: HttpResponse, asked: Query[PageAsked]
) -> dict[str, Any]:
    """Those of whose projects every one may be seen."""
    return page_of(
        request,
        response,
        studies_seen(request, Study.objects.defer("report")),
        asked,
        newest_first=True,
        tell=lambda study: _study(request, state_of(study)),
    )


@router.post("/plan", response=writes({200: StudyCostOut}), summary="What a study would take")
def study_plan(request: HttpRequest, asked: StudyPlanIn) -> dict[str, Any]:
    """Runs, how many are there already, steps, time and disk; nothing is written."""
    return plan_cost(_plan(request, asked, Right.WORK)).as_json()


@router.post("", response=writes({200: StudyOut, 201: StudyOut}), summary="Write a study down")
@once
def study_create(request: HttpRequest, response: HttpResponse, asked: StudyIn) -> Status[Any]:
    """201; 200 where the same plan was written down under this slug before. Nothing starts yet."""
    plan = _plan(request, asked, Right.WORK)
    slug = asked.slug or free_slug(plan)
    known = Study.objects.filter(slug=slug).first()
    if known is not None:
        check_study(request, known, Right.WORK)
    told = _study(request, state_of(create_study(plan, slug)))
    response["Location"] = told["href"]
    return Status(201 if known is None else 200, told)


@router.get("/{slug}", response=reads(StudyWhole), summary="One study")
def study(request: HttpRequest, slug: str) -> dict[str, Any]:
    found = study_at(request, STUDIES, slug, Right.SEE)
    told = _study(request, state_of(found))
    return {**told, "plan": found.plan, "report": report_of(found)}


@router.get(
    "/{slug}/files/{path:name}",
    summary="A file of its report",
    **as_file(
        "of its ending",
        "text/markdown",
        "text/csv",
        "text/x-tex",
        "image/svg+xml",
        "application/json",
        "application/zip",
        "application/octet-stream",
    ),
)
def study_file(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """Such as report.md, tables/scores.csv, or everything.zip; 404 before the first end."""
    report = report_of(study_at(request, STUDIES, slug, Right.SEE))
    file = None if report is None else report_file(report, name)
    if file is None:
        raise Http404(f"Study {slug!r} has no file {name!r}.")
    headers = {"Content-Disposition": f'attachment; filename="{slug}-{file.name}"'}
    return HttpResponse(file.content, content_type=file.kind, headers=headers)


@router.delete("/{slug}", response=writes({204: None}), summary="Forget a study")
def study_delete(request: HttpRequest, slug: str) -> Status[Any]:
    """Its runs and their files stay, so the same study can be made again without training."""
    delete_study(study_at(request, STUDIES, slug, Right.MANAGE).slug)
    return Status(204, None)


@router.post("/{slug}/run", response=writes({202: JobOut}), summary="Start it, or go on")
@once
def study_run(
    request: HttpRequest, response: HttpResponse, slug: str, asked: StudyRunIn | None = None
) -> Status[Any]:
    """202 with the job, whose address is in `href`; the same job while it is under way."""
    found = study_at(request, STUDIES, slug, Right.WORK)
    started = start_study(found, parallel=asked.parallel if asked else None)
    told = job_json(request, started.job)
    response["Location"] = told["href"]
    return Status(202, told)


@router.post("/{slug}/stop", response=writes({200: StudyOut}), summary="Stop it")
def study_stop(request: HttpRequest, slug: str) -> dict[str, Any]:
    """Asks whoever runs it to stop, within seconds; what is finished is kept."""
    found = study_at(request, STUDIES, slug, Right.WORK)
    stop_study(found.slug)
    found.refresh_from_db()
    return _study(request, state_of(found))


def _plan(request: HttpRequest, asked: StudyPlanIn, right: Right) -> StudyPlan:
    try:
        plan = StudyPlan.from_json(asked.plan)
    except FitError as error:
        raise BadInput(str(error)) from error
    for slug in plan.projects:
        project_at(request, slug, right)
    check_sent(plan)
    return plan


def _study(request: HttpRequest, state: StudyState) -> dict[str, Any]:
    return {
        "slug": state.study.slug,
        "title": state.study.title,
        "state": state.word,
        "error": state.study.error,
        "cells": state.cells,
        "counts": state.counts,
        "failures": [{"cell": one.cell, "sentence": one.sentence} for one in state.failures],
        "created_at": state.study.created_at,
        "href": request.build_absolute_uri(f"/api/v1/studies/{state.study.slug}"),
    }
