"""Studies: planned, written down, run, stopped, read."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Router, Status

from curation.api.jobs import job_json
from curation.api.schemas import JobOut, Problem
from curation.errors import BadInput
from curation.services.access import Right, check_over, project_for, rights_over, within
from training.api.schemas import CostOut, PlanIn, RunIn, StudyIn, StudyOut, StudyWhole
from training.fitting.errors import FitError
from training.models import Study
from training.services.studies import (
    StudyState,
    all_studies,
    create_study,
    plan_cost,
    state_of,
    stop_study,
)
from training.services.studies.naming import free_slug
from training.services.studies.starting import start_study
from training.studies.plan import StudyPlan

router = Router()
REFUSALS = {401: Problem, 403: Problem, 404: Problem}
REFUSED = {400: Problem, 422: Problem, **REFUSALS}


@router.get("", response={200: list[StudyOut], 401: Problem}, summary="All studies")
def study_list(request: HttpRequest) -> list[dict[str, Any]]:
    """Newest first."""
    mine = within(Study.objects.all(), request.user, Right.SEE)
    return [_study(request, state) for state in all_studies(mine)]


@router.post("/plan", response={200: CostOut, **REFUSED}, summary="What a study would take")
def study_plan(request: HttpRequest, asked: PlanIn) -> dict[str, Any]:
    """Runs, how many are there already, steps, time and disk; nothing is written."""
    return plan_cost(_plan(request, asked)).as_json()


@router.post("", response={200: StudyOut, 201: StudyOut, **REFUSED}, summary="Write a study down")
def study_create(request: HttpRequest, asked: StudyIn) -> Status[Any]:
    """201; 200 where the same plan was written down under this slug before. Nothing starts yet."""
    plan = _plan(request, asked)
    slug = asked.slug or free_slug(plan)
    known = Study.objects.filter(slug=slug).exists()
    study = create_study(plan, slug)
    return Status(200 if known else 201, _study(request, state_of(study)))


@router.get("/{slug}", response={200: StudyWhole, **REFUSALS}, summary="One study")
def study(request: HttpRequest, slug: str) -> dict[str, Any]:
    found = _found(request, slug, Right.SEE)
    told = _study(request, state_of(found))
    return {**told, "plan": found.plan, "report": found.report}


@router.post("/{slug}/run", response={202: JobOut, **REFUSED}, summary="Start it, or go on")
def study_run(
    request: HttpRequest, response: HttpResponse, slug: str, asked: RunIn | None = None
) -> Status[Any]:
    """202 with the job, whose address is in `href`; the same job while it is under way."""
    found = _found(request, slug, Right.WORK)
    started = start_study(found, parallel=asked.parallel if asked else None)
    told = job_json(request, started.job)
    response["Location"] = told["href"]
    return Status(202, told)


@router.post("/{slug}/stop", response={200: StudyOut, **REFUSED}, summary="Stop it")
def study_stop(request: HttpRequest, slug: str) -> dict[str, Any]:
    """Asks whoever runs it to stop, within seconds; what is finished is kept."""
    found = _found(request, slug, Right.WORK)
    stop_study(slug)
    found.refresh_from_db()
    return _study(request, state_of(found))


def _plan(request: HttpRequest, asked: PlanIn) -> StudyPlan:
    """The plan, of projects one may work in."""
    try:
        plan = StudyPlan.from_json(asked.plan)
    except FitError as error:
        raise BadInput(str(error)) from error
    for slug in plan.projects:
        project_for(request.user, slug, Right.WORK)
    return plan


def _found(request: HttpRequest, slug: str, right: Right) -> Study:
    """A study in all of whose projects one may do this."""
    study = Study.objects.filter(slug=slug).first()
    if study is None or not rights_over(request.user, study.projects.all()):
        raise Http404(f"There is no study {slug!r}.")
    check_over(request.user, study.projects.all(), right)
    return study


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
