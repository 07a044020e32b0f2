"""What an address is about, or a page that says that it is not there."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from curation.models import Project
from curation.views.stages import rail_of
from generation.models import GenerationRun

MOST_NUMBER = 2**31 - 1  # what the database holds


def run_at(project: Project, number: int) -> GenerationRun:
    runs = GenerationRun.objects.select_related("project")
    return get_object_or_404(runs, project=project, number=min(number, MOST_NUMBER))


def number_in(request: HttpRequest, name: str) -> int | None:
    """A run's number in the address; None where there is none, or nothing like one."""
    given = request.GET.get(name, "")
    usable = given.isascii() and given.isdecimal() and len(given) < 10
    return int(given) if usable else None


def frame_of(project: Project) -> dict[str, Any]:
    """What the frame around every page of this step prints."""
    return {"project": project, "rail": rail_of(project, here="generate")}
