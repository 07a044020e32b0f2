"""A version as a download: every form as one zip, or its card alone."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from curation.datasets import dataset_card
from curation.exporters import EXPORTERS
from curation.models import DatasetVersion, Project
from curation.services.access import Right
from curation.services.exports import card_facts, export_name, export_zip, zip_sizes
from curation.views.doors import in_project


@dataclass(frozen=True, kw_only=True)
class DownloadChoice:
    """One form, as somebody chooses it."""

    form: str
    title: str
    contains: str
    size: str  # about, of the zip


def download_choices(version: DatasetVersion, *, votes: int) -> list[DownloadChoice]:
    """Every form a version can be taken along in, with about how large it is."""
    sizes = zip_sizes(version, votes=votes)
    return [
        DownloadChoice(
            form=name,
            title=form.title,
            contains=form.contains,
            size=_in_words(sizes[name]),
        )
        for name, form in EXPORTERS.items()
    ]


def _in_words(size: int) -> str:
    """Bytes as roughly as they are known: "40 kB", "1.2 MB"."""
    return f"{max(size, 1_000) / 1_000:.0f} kB" if size < 999_500 else f"{size / 1e6:,.1f} MB"


@in_project(Right.SEE)
@require_GET
def version_download(
    request: HttpRequest, project: Project, number: int, form: str
) -> HttpResponseBase:
    """The export as a zip, sent while it is read, or the card; nothing stays on the server."""
    version = get_object_or_404(project.dataset_versions, number=number)
    if form == "card":
        name = f"{project.slug}-v{number}.README.md"
        return HttpResponse(
            dataset_card(card_facts(version)),
            content_type="text/markdown; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )
    if form not in EXPORTERS:
        raise Http404(f"There is no export format {form!r}.")
    return StreamingHttpResponse(
        export_zip(version, form),
        content_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{export_name(version, form)}.zip"'},
    )
