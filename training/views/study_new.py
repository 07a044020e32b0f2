"""A new study: by ticks for one project, or as a file that begins as a ready-made one."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from curation.errors import CurationError
from curation.models import Project
from curation.services.access import Right, project_for, projects_of
from training.fitting.errors import FitError
from training.forms import StudyFileForm, TickedStudyForm, plan_as_file
from training.services.showing.plans import look_at
from training.services.showing.shapes import shape_plan, shapes, testable_projects
from training.services.studies import create_study
from training.services.studies.naming import free_slug
from training.services.studies.sent import check_sent
from training.services.studies.starting import start_study
from training.studies.plan import StudyPlan

Form = TickedStudyForm | StudyFileForm


@login_required
@require_http_methods(["GET", "POST"])
def study_new(request: HttpRequest) -> HttpResponse:
    """By ticks with ?project=, as a file with ?shape= or ?file; else what may be chosen."""
    mine = projects_of(request.user, Right.WORK)
    if "project" in request.GET:
        project = get_object_or_404(mine, slug=request.GET["project"].replace("\0", ""))
        return _asked(request, TickedStudyForm(request.POST or None, project=project))
    if "shape" in request.GET or request.method == "POST":
        text = "" if request.method == "POST" else _shape(request.GET["shape"], mine)
        form = StudyFileForm(request.POST or None, initial={"file": text})
        return _asked(request, form)
    context = {"shapes": shapes(mine), "projects": testable_projects(mine)}
    return render(request, "training/study_choose.html", context)


def _asked(request: HttpRequest, form: Form) -> HttpResponse:
    context: dict[str, Any] = {}
    if form.is_bound and form.is_valid():
        try:
            plan, action = form.plan(), request.POST.get("action")
            for slug in plan.projects:
                project_for(request.user, slug, Right.WORK)
            check_sent(plan)
            if action == "edit":
                form = StudyFileForm(initial={"file": plan_as_file(plan)})
            elif action == "start":
                return _start(plan, form.cleaned_data["parallel"])
            else:
                context["shown"] = look_at(plan, parallel=form.cleaned_data["parallel"])
        except (CurationError, FitError) as error:
            form.add_error(None, str(error))
    return _page(request, form, context)


def _start(plan: StudyPlan, parallel: int | None) -> HttpResponse:
    study = create_study(plan, free_slug(plan))
    start_study(study, parallel=parallel)
    return redirect("study", study.slug)


def _page(request: HttpRequest, form: Form, context: dict[str, Any]) -> HttpResponse:
    ticked = isinstance(form, TickedStudyForm)
    context |= {
        "form": form,
        "project": form.project if isinstance(form, TickedStudyForm) else None,
    }
    template = "training/study_ticks.html" if ticked else "training/study_file.html"
    return render(request, template, context, status=400 if form.errors else 200)


def _shape(name: str, projects: QuerySet[Project]) -> str:
    plan = shape_plan(name, projects)
    if plan is None:
        raise Http404(f"There is no ready-made study {name!r}.")
    return plan_as_file(plan)
