"""Label mismatches of one run or of all, by prompt, label and value drawn."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from curation.models import Project
from generation.services.showing.mismatches import mismatch_report
from generation.views.finding import frame_of, run_at


@login_required
@require_GET
def mismatches_page(request: HttpRequest, slug: str, number: int | None = None) -> HttpResponse:
    run = None if number is None else run_at(slug, number)
    project = get_object_or_404(Project, slug=slug) if run is None else run.project
    context = {**frame_of(project), "run": run, "report": mismatch_report(project, run)}
    return render(request, "generation/mismatches.html", context)
