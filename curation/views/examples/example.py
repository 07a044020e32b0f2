"""One example with its whole lineage: a page, and the drawer beside the table."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from curation.errors import ExampleNotFound
from curation.services.access import Right
from curation.services.lineage import example_lineage, neighbours
from curation.services.report.examples import styles_of
from curation.views.doors import project_here
from curation.views.stages import rail_of


@login_required
@require_GET
def example_page(request: HttpRequest, slug: str, external_id: str) -> HttpResponse:
    """The page; `?near=yes` adds texts like it, `?part=drawer` is what stands beside the table."""
    project = project_here(request, slug, Right.SEE)
    try:
        lineage = example_lineage(project, external_id)
    except ExampleNotFound as error:
        raise Http404(str(error)) from error
    context: dict[str, Any] = {"project": project, "lineage": lineage}
    if request.GET.get("part") == "drawer":
        return render(request, "examples/drawer.html", context)
    if request.GET.get("near"):
        context["near"] = neighbours(project, lineage.example)
    context |= {"styles": styles_of(project), "rail": rail_of(project)}
    return render(request, "examples/example.html", context)
