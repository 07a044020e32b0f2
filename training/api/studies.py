"""Studies: planned, written down, run, stopped, read, forgotten."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from ninja import Query, Router, Status

from curation.api.answers import reads, writes
from curation.api.door import caller_of, project_at
from curation.api.jobs import job_json
from curation.api.once import once
from curation.api.paging import Page, PageAsked, page_of
from curation.api.schemas import JobOut
from curation.errors import BadInput, ProjectNotFound
from curation.models import Project
from curation.services.access import Right, projects_of
from training.api.schemas import (
    StudyCostOut,
    StudyIn,
    StudyOut,
    StudyPlanIn,
    StudyRunIn,
    StudyWhole,
)
from training.errors import StudyNotFound
from training.fitting.errors import FitError
from training.models import Study
from training.services.studies import (
    StudyState,
    create_study,
    delete_study,
    get_study,
    plan_cost,
    state_of,
    stop_study,
)
from training.services.studies.naming import free_slug
from training.services.studies.starting import start_study
from training.studies.plan import StudyPlan

router = Router()


@router.get("", response=reads(Page[StudyOut]), summary="All studies, newest first")
def study_list(
    request: HttpRequest, response: HttpResponse, asked: Query[PageAsked]
) -> dict[str, Any]:
    """Those of whose projects every one may be seen."""
    return page_of(
        request,
        response,
        _seen(request).defer("report"),
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
        _check(request, known, Right.WORK)
    told = _study(request, state_of(create_study(plan, slug)))
    response["Location"] = told["href"]
    return Status(201 if known is None else 200, told)


@router.get("/{slug}", response=reads(StudyWhole), summary="One study")
def study(request: HttpRequest, slug: str) -> dict[str, Any]:
    found = _found(request, slug, Right.SEE)
    told = _study(request, state_of(found))
    return {**told, "plan": found.plan, "report": found.report}


@router.delete("/{slug}", response=writes({204: None}), summary="Forget a study")
def study_delete(request: HttpRequest, slug: str) -> Status[Any]:
    """Its runs and their files stay, so the same study can be made again without training."""
    delete_study(_found(request, slug, Right.MANAGE).slug)
    return Status(204, None)


@router.post("/{slug}/run", response=writes({202: JobOut}), summary="Start it, or go on")
@once
def study_run(
    request: HttpRequest, response: HttpResponse, slug: str, asked: StudyRunIn | None = None
) -> Status[Any]:
    """202 with the job, whose address is in `href`; the same job while it is under way."""
    found = _found(request, slug, Right.WORK)
    started = start_study(found, parallel=asked.parallel if asked else None)
    told = job_json(request, started.job)
    response["Location"] = told["href"]
    return Status(202, told)


@router.post("/{slug}/stop", response=writes({200: StudyOut}), summary="Stop it")
def study_stop(request: HttpRequest, slug: str) -> dict[str, Any]:
    """Asks whoever runs it to stop, within seconds; what is finished is kept."""
    found = _found(request, slug, Right.WORK)
    stop_study(slug)
    found.refresh_from_db()
    return _study(request, state_of(found))


def _plan(request: HttpRequest, asked: StudyPlanIn, right: Right) -> StudyPlan:
    try:
        plan = StudyPlan.from_json(asked.plan)
    except FitError as error:
        raise BadInput(str(error)) from error
    for slug in plan.projects:
        project_at(request, slug, right)
    return plan


def _seen(request: HttpRequest) -> QuerySet[Study]:
    """Studies without a project that whoever asks may not see."""
    caller = caller_of(request)
    caller.check(Right.SEE)
    seen = projects_of(caller.user, Right.SEE)
    if caller.token is not None and caller.token.project_id is not None:
        seen = seen.filter(pk=caller.token.project_id)
    hidden = Project.objects.exclude(pk__in=seen)
    mine = Study.objects.filter(projects__in=seen).values("pk")
    return Study.objects.filter(pk__in=mine).exclude(projects__in=hidden)


def _found(request: HttpRequest, slug: str, right: Right) -> Study:
    try:
        found = get_study(slug)
    except StudyNotFound:
        raise Http404(f"There is no study {slug!r}.") from None
    _check(request, found, right)
    return found


def _check(request: HttpRequest, study: Study, right: Right) -> None:
    """A study takes the right in every project that it reads; without any it is nobody's."""
    slugs = list(study.projects.order_by("slug").values_list("slug", flat=True))
    if not slugs:
        raise Http404(f"There is no study {study.slug!r}.")
    for slug in slugs:
        try:
            project_at(request, slug, right)
        except ProjectNotFound:
            raise Http404(f"There is no study {study.slug!r}.") from None


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
