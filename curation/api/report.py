"""A project's report: its numbers, and the page as one file."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from curation.api.answers import as_file, reads
from curation.api.door import project_at
from curation.services.access import Right
from curation.services.report import report_summary, write_report

router = Router()


@router.get(
    "/{slug}/report", response=reads(dict[str, Any]), summary="All that the report tells, as JSON"
)
def report(request: HttpRequest, slug: str) -> dict[str, Any]:
    """Examples, annotation, agreement, versions, scores; what there is nothing of is left out."""
    return report_summary(project_at(request, slug, Right.SEE))


@router.get(
    "/{slug}/report/file", summary="The report as one HTML file", **as_file("it", "text/html")
)
def report_file(request: HttpRequest, slug: str) -> HttpResponse:
    """To keep or to send: it needs nothing beside it."""
    project = project_at(request, slug, Right.SEE)
    with tempfile.TemporaryDirectory() as folder:
        path = write_report(project, report_summary(project), Path(folder) / "report.html")
        content = path.read_bytes()
    headers = {"Content-Disposition": f'attachment; filename="{slug}-report.html"'}
    return HttpResponse(content, content_type="text/html; charset=utf-8", headers=headers)
