"""The Generate step: what was written so far, and writing more."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from curation import jobs
from curation.errors import CurationError
from curation.models import Job, Project
from curation.services.access import Right
from curation.views.doors import in_project
from generation.forms import WishForm
from generation.models import GenerationRun
from generation.services.showing.looking import PlanShown, checked_plan, key_variable, look
from generation.services.showing.overview import overview, run_of, waiting_jobs
from generation.views.finding import frame_of, number_in


@in_project(Right.SEE, changing=Right.WORK)
@require_http_methods(["GET", "POST"])
def generation_page(request: HttpRequest, project: Project) -> HttpResponse:
    if request.method == "GET":
        form = WishForm(project=project, like=_like(project, request))
        return _page(request, project, form)
    form = WishForm(request.POST, project=project)
    plan = None
    if form.is_valid():
        try:
            if request.POST.get("action") == "start":
                return _start(request, project, form.wish())
            plan = look(project, form.wish())
        except CurationError as error:
            form.refuse(error)
    return _page(request, project, form, plan)


def _start(request: HttpRequest, project: Project, wish: dict[str, Any]) -> HttpResponse:
    checked_plan(project, wish)
    started = jobs.start_once("generate", project, wish)
    if not started.new:
        messages.info(request, "This is under way already.")
    place = reverse("generation_started", args=[project.slug, started.job.pk])
    return redirect(f"{place}#main")  # a browser keeps the form's own fragment otherwise


def _page(
    request: HttpRequest, project: Project, form: WishForm, plan: PlanShown | None = None
) -> HttpResponse:
    before = number_in(request, "before")
    context = {
        **frame_of(project),
        "overview": overview(project, before=before),
        "waiting": waiting_jobs(project),
        "form": form,
        "plan": plan,
        "key": key_variable(),
        "further": before is not None,
    }
    status = 400 if form.errors else 200
    return render(request, "generation/overview.html", context, status=status)


def _like(project: Project, request: HttpRequest) -> dict[str, Any]:
    """The wish of an earlier run, to ask for more of the same."""
    number = number_in(request, "like")
    if number is None:
        return {}
    run = GenerationRun.objects.filter(project=project, number=number).first()
    return dict(run.wish) if run else {}


@in_project(Right.SEE)
@require_GET
def started_page(request: HttpRequest, project: Project, job_id: int) -> HttpResponse:
    """Where a job waits for its run; on to the run as soon as there is one."""
    job = get_object_or_404(Job, pk=job_id, project=project)
    run = run_of(job) if job.state != Job.State.READY else None
    if run is not None:
        return redirect("generation_run", project.slug, run.number)
    context = {
        **frame_of(project),
        "job": job,
        "waits": job.state == Job.State.READY,
        "active": job.state in {Job.State.READY, Job.State.RUNNING},
        "lists": job.kind == "attribute_values",
    }
    return render(request, "generation/started.html", context)
