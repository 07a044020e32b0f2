"""One dataset version: its facts, its files, and its rows page by page."""

from __future__ import annotations

import tempfile
from pathlib import Path

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from curation.datasets import dataset_card
from curation.exporters import EXPORTERS
from curation.models import DatasetVersion
from curation.services.exports import card_facts, export_dataset
from curation.services.report.examples import styles_of
from curation.services.report.policies import panel_of
from curation.services.report.rows import RowsAsked, rows_page
from curation.views.stages import rail_of

FORMS = {"jsonl": "JSON lines", "csv": "CSV", "parquet": "Parquet"}


@login_required
@require_GET
def version_page(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    version = _version(slug, number)
    styles = styles_of(version.project)
    asked = RowsAsked.from_query(request.GET.dict(), styles)
    context = {
        "project": version.project,
        "version": version,
        "facts": card_facts(version),
        "panel": panel_of(version, styles),
        "forms": [(form, FORMS.get(form, form.upper())) for form in EXPORTERS],
        "styles": styles,
        "rail": rail_of(version.project, here="curate"),
        "asked": asked,
        "rows": rows_page(version, asked),
    }
    return render(request, "curation/version.html", context)


@login_required
@require_GET
def version_download(request: HttpRequest, slug: str, number: int, form: str) -> HttpResponse:
    """The kept rows as a file, or the dataset card; nothing stays behind on the server."""
    version = _version(slug, number)
    name = f"{slug}-v{number}"
    if form == "card":
        return HttpResponse(
            dataset_card(card_facts(version)),
            content_type="text/markdown; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}.README.md"'},
        )
    if form not in EXPORTERS:
        raise Http404(f"There is no export format {form!r}.")
    with tempfile.TemporaryDirectory() as folder:
        exported = export_dataset(version, form=form, to=Path(folder) / f"{name}.{form}")
        opened = exported.path.open("rb")  # stays readable after the folder has gone
    return FileResponse(opened, as_attachment=True, filename=exported.path.name)  # type: ignore[return-value]


def _version(slug: str, number: int) -> DatasetVersion:
    versions = DatasetVersion.objects.select_related("project")
    return get_object_or_404(versions, project__slug=slug, number=number)
