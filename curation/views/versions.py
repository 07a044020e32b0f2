"""One dataset version: its facts, what to take along, and its rows page by page."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from curation.models import DatasetVersion
from curation.services.exports import card_facts
from curation.services.report.examples import styles_of
from curation.services.report.policies import panel_of
from curation.services.report.rows import RowsAsked, rows_page
from curation.views.exports import download_choices
from curation.views.stages import rail_of


@login_required
@require_GET
def version_page(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    version = _version(slug, number)
    styles = styles_of(version.project)
    facts = card_facts(version)
    asked = RowsAsked.from_query(request.GET.dict(), styles)
    context = {
        "project": version.project,
        "version": version,
        "facts": facts,
        "panel": panel_of(version, styles),
        "forms": download_choices(version, votes=facts.annotations),
        "styles": styles,
        "rail": rail_of(version.project, here="curate"),
        "asked": asked,
        "rows": rows_page(version, asked),
    }
    return render(request, "curation/version.html", context)


def _version(slug: str, number: int) -> DatasetVersion:
    versions = DatasetVersion.objects.select_related("project")
    return get_object_or_404(versions, project__slug=slug, number=number)
