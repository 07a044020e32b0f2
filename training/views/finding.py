"""What an address is about, or a page that says that it is not there."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from curation.models import Project
from curation.views.stages import rail_of
from training.models import TrainingRun

MOST_KEY = 2**63 - 1  # what the database holds


def run_at(project: Project, key: int) -> TrainingRun:
    runs = TrainingRun.objects.select_related("project", "dataset_version")
    return get_object_or_404(runs, project=project, pk=min(key, MOST_KEY))


def number_in(request: HttpRequest, name: str) -> int | None:
    """A number in the address; None where there is none, or nothing like one."""
    given = request.GET.get(name, "")
    usable = given.isascii() and given.isdecimal() and len(given) < 19
    return int(given) if usable else None


def frame_of(project: Project) -> dict[str, Any]:
    """What the frame around every page of this step prints."""
    return {"project": project, "rail": rail_of(project, here="train")}
