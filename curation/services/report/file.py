"""The report as one file that needs nothing beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string

from curation.errors import BadInput
from curation.files import written_whole
from curation.models import Project
from curation.services.report.story import report_story

STYLESHEETS = (
    "concord/tokens.css",
    "concord/components.css",
    "concord/charts.css",
    "concord/report.css",
)


def write_report(project: Project, summary: Mapping[str, Any], path: Path) -> Path:
    """Write the report of `summary` (see `summary.py`) as one HTML file.

    The file appears only when it is whole, and the same rows and summary give the same bytes.

    Raises:
        BadInput: the place cannot be written.
    """
    page = render_to_string(
        "curation/report_file.html",
        {"story": report_story(project, summary), "stylesheet": stylesheet(STYLESHEETS)},
    )
    return write_page(page, path)


def write_page(page: str, path: Path) -> Path:
    """Write a page that stands alone, whole or not at all; its folder is made.

    Raises:
        BadInput: the place cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with written_whole(path) as scratch:
            scratch.write_text(page, encoding="utf-8")
    except OSError as error:
        raise BadInput(
            f"{str(path)!r} cannot be written ({error.strerror}); choose another place."
        ) from error
    return path


def stylesheet(names: Sequence[str]) -> str:
    """The named style sheets as one text, for a page that brings its own."""
    found = [finders.find(name) for name in names]
    return "\n".join(Path(str(place)).read_text(encoding="utf-8") for place in found)
