"""One run: what was asked, what came of it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from curation.models import Project
from curation.services.access import Right, within
from curation.views.doors import in_project
from training.models import Study
from training.services.finished import repeat_command
from training.services.showing.one_run import run_shown
from training.views.finding import frame_of, run_at


@in_project(Right.SEE)
@require_GET
def run_page(request: HttpRequest, project: Project, key: int) -> HttpResponse:
    run = run_at(project, key)
    context = {
        **frame_of(run.project),
        "run": run,
        "shown": run_shown(run, readable=within(Study.objects.all(), request.user, Right.SEE)),
        "command": f"python {repeat_command(run, keep=False)}",
    }
    return render(request, "training/run.html", context)
