"""The report, on a page and as a file."""

from __future__ import annotations

import tempfile
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from curation.models import Project
from curation.services.access import Right
from curation.services.report import report_story, report_summary, write_report
from curation.views.doors import in_project


@in_project(Right.SEE)
@require_GET
def report_page(request: HttpRequest, project: Project) -> HttpResponse:
    story = report_story(project, report_summary(project))
    return render(request, "curation/report.html", {"project": project, "story": story})


@in_project(Right.SEE)
@require_GET
def report_file(request: HttpRequest, project: Project) -> HttpResponse:
    """The report as one file to keep or to send."""
    with tempfile.TemporaryDirectory() as folder:
        path = write_report(project, report_summary(project), Path(folder) / "report.html")
        content = path.read_bytes()
    name = f"{project.slug}-report.html"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type="text/html; charset=utf-8", headers=headers)
