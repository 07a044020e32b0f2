"""Label mismatches of one run or of all, by prompt, label and value drawn."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from curation.models import Project
from curation.services.access import Right
from curation.views.doors import in_project
from generation.services.showing.mismatches import mismatch_report
from generation.views.finding import frame_of, run_at


@in_project(Right.SEE)
@require_GET
def mismatches_page(
    request: HttpRequest, project: Project, number: int | None = None
) -> HttpResponse:
    run = None if number is None else run_at(project, number)
    context = {**frame_of(project), "run": run, "report": mismatch_report(project, run)}
    return render(request, "generation/mismatches.html", context)
