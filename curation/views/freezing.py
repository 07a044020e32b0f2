"""Freezing the next version: what it would hold, the freezing, and waiting for it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from curation import jobs
from curation.datasets import Policy
from curation.errors import CurationError
from curation.forms import FreezeForm, policy_query
from curation.models import Job, Project
from curation.services.access import Right
from curation.services.datasets import (
    FreezeAsked,
    check_freezing,
    foresee,
    freeze_asked,
    takes_long,
)
from curation.services.datasets.later import KIND
from curation.services.exploring.expecting import Expected, expected
from curation.views.doors import in_project
from curation.views.jobs import job_line
from curation.views.stages import rail_of


@in_project(Right.WORK)
@require_http_methods(["GET", "POST"])
def version_freeze(request: HttpRequest, project: Project) -> HttpResponse:
    """What a policy would keep, with splits and a note to add; a POST freezes it."""
    form = FreezeForm(request.POST or request.GET, project=project)
    long = takes_long(project)
    if request.method == "POST" and form.is_valid():
        try:
            asked = asked_by(form)
            return _later(project, asked) if long else _at_once(request, project, asked)
        except CurationError as error:
            form.add_error(None, str(error))
    status = 400 if request.method == "POST" else 200
    context = _context(project, form, long=long)
    return render(request, "versions/freeze.html", context, status=status)


def asked_by(form: FreezeForm) -> FreezeAsked:
    asked = form.cleaned_data
    return FreezeAsked(
        policy=form.policy(),
        splits=form.split_plan(),
        note=asked["note"],
        anyway=asked["anyway"],
    )


def _at_once(request: HttpRequest, project: Project, asked: FreezeAsked) -> HttpResponse:
    result = freeze_asked(project, asked)
    number = result.version.number
    messages.success(request, _said(number, created=result.created))
    return redirect(result.version)


def _said(number: int, *, created: bool) -> str:
    return f"Version {number} is frozen." if created else f"That is version {number} already."


def _later(project: Project, asked: FreezeAsked) -> HttpResponse:
    """Leave it to a job, unless it is plain already that it would be refused."""
    check_freezing(project, asked)
    expected(project, asked.policy)
    job = jobs.start_once(KIND, project, asked.as_json()).job
    return redirect("version_freezing", project.slug, job.pk)


@in_project(Right.SEE)
@require_GET
def version_freezing(request: HttpRequest, project: Project, job_id: int) -> HttpResponse:
    """How far the job is; the version itself as soon as it is there."""
    job = _job(project, job_id)
    if job.state == Job.State.SUCCESSFUL and job.result is not None:
        number = job.result["version"]
        messages.success(request, _said(number, created=job.result["created"]))
        return redirect("dataset_version", project.slug, number)
    policy = FreezeAsked.from_json(job.params).policy
    context = {
        "project": project,
        "job": job,
        "line": job_line(job),
        "jobs": [job_line(job)],
        "policy": policy.sentence(),
        "query": urlencode(policy_query(policy)),
        "rail": rail_of(project, here="curate"),
    }
    return render(request, "versions/freezing.html", context)


@in_project(Right.SEE)
@require_GET
def version_freezing_job(request: HttpRequest, project: Project, job_id: int) -> HttpResponse:
    """The job by itself: the page asks for it again while it is at work."""
    job = _job(project, job_id)
    return render(
        request, "curation/parts/jobs.html", {"project": project, "jobs": [job_line(job)]}
    )


def _job(project: Project, job_id: int) -> Job:
    return get_object_or_404(Job, pk=job_id, project=project, kind=KIND)


def _context(project: Project, form: FreezeForm, *, long: bool) -> dict[str, Any]:
    context: dict[str, Any] = {
        "project": project,
        "form": form,
        "long": long,
        "number": (project.dataset_versions.aggregate(last=Max("number"))["last"] or 0) + 1,
        "fetching": Job.objects.active().filter(project=project, kind="pull").exists(),
        "rail": rail_of(project, here="curate"),
    }
    form.is_valid()
    policy = form.valid_policy()
    if policy is None:
        return context
    context |= {"policy": policy.sentence(), "hidden": policy_query(policy)}
    try:
        found = expected(project, policy) if long else _foreseen(project, policy)
    except CurationError as error:
        return {**context, "refused": str(error)}
    return {**context, "ready": True, "expected": found}


def _foreseen(project: Project, policy: Policy) -> Expected:
    foreseen = foresee(project, policy)
    return Expected(kept=foreseen.kept, judged=len(foreseen.rows), labels=foreseen.labels)
