"""What a project has cost so far: only what is written down somewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import F, Sum
from django.utils.module_loading import import_string

from curation.models import Job, Project


@dataclass(frozen=True, kw_only=True)
class TextCost:
    """What language models took for a project's texts, as generation tells it."""

    runs: int = 0
    spent: tuple[str, ...] = ()  # one amount for each currency, such as "1.23 USD"
    doubtful: tuple[str, ...] = ()  # the part of it for calls nobody knows the end of
    unpriced: int = 0  # runs that were answered and whose price nobody knows


@dataclass(frozen=True, kw_only=True)
class FitCost:
    """What a project's classifiers took, as training tells it."""

    runs: int = 0  # that ended, well or not
    seconds: float = 0.0  # that they took, each for itself
    sources: int = 0  # that have a finished run


@dataclass(frozen=True, kw_only=True)
class Costs:
    """What one project has cost."""

    texts: TextCost
    fits: FitCost
    computing: dict[str, float]  # kind of job → seconds of those that ended


def costs_of(projects: Sequence[Project]) -> dict[int, Costs]:
    """Project key → its costs; three queries, whatever the number of projects."""
    texts, fits = _asked("CONCORD_TEXT_COSTS", projects), _asked("CONCORD_FIT_COSTS", projects)
    computing = _computing(projects)
    return {
        key: Costs(
            texts=texts.get(key, TextCost()),
            fits=fits.get(key, FitCost()),
            computing=computing.get(key, {}),
        )
        for key in (project.pk for project in projects)
    }


def _asked(name: str, projects: Sequence[Project]) -> dict[int, Any]:
    """What a spoke tells, asked by name; nothing where no such name is set."""
    path: str = getattr(settings, name, "")
    return import_string(path)(projects) if path else {}


def _computing(projects: Sequence[Project]) -> dict[int, dict[str, float]]:
    ended = Job.objects.filter(project__in=projects, finished_at__isnull=False).order_by()
    rows = ended.values_list("project", "kind").annotate(
        took=Sum(F("finished_at") - F("started_at"))
    )
    found: dict[int, dict[str, float]] = {}
    for key, kind, took in rows:
        found.setdefault(key, {})[kind] = took.total_seconds() if took else 0.0
    return found
