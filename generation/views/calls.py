"""Texts with their verdicts, and the calls they came from."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from curation.models import Project
from curation.services.access import Right
from curation.views.doors import in_project
from generation.models import Call
from generation.services.showing.calls import call_story
from generation.services.showing.drafts import drafts_page as page_of_drafts
from generation.services.showing.words import method_title
from generation.views.finding import frame_of, run_at


@in_project(Right.SEE)
@require_GET
def drafts_page(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    run = run_at(project, number)
    context = {
        **frame_of(run.project),
        "run": run,
        "page": page_of_drafts(run, request.GET.dict()),
    }
    return render(request, "generation/drafts.html", context)


@in_project(Right.SEE)
@require_GET
def call_page(request: HttpRequest, project: Project, call_id: int) -> HttpResponse:
    calls = Call.objects.select_related("run__project")
    call = get_object_or_404(calls, pk=min(call_id, 2**63 - 1), run__project=project)
    context = {
        **frame_of(call.run.project),
        "run": call.run,
        "title": method_title(call.run.method),
        "story": call_story(call),
    }
    return render(request, "generation/call.html", context)
