"""How far somebody is."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from curation.models import Example, FirstSteps, Project

STEPS = ("question", "data", "model", "people", "first")


def first_steps(project: Project) -> FirstSteps:
    """What was said so far; of a project made elsewhere, a row that is not stored."""
    return FirstSteps.objects.filter(project=project).first() or FirstSteps(project=project)


def note(project: Project, **said: Any) -> None:
    """Keep what was said in a step: fields of `FirstSteps`."""
    FirstSteps.objects.update_or_create(project=project, defaults=said)


def end(project: Project) -> None:
    """The first texts can be judged; nobody is led here any more."""
    note(project, ended_at=timezone.now())


def done_steps(project: Project) -> dict[str, bool]:
    """Each step in order, and whether it needs nothing more."""
    said = first_steps(project)
    splits = Example.Split
    return {
        "question": True,
        "data": said.without_test or _has(project, splits.TEST),
        "model": bool(said.writer) or _has(project, splits.POOL),
        "people": bool(said.front),
        "first": said.ended_at is not None or project.rounds.exists(),
    }


def _has(project: Project, split: str) -> bool:
    return project.examples.filter(split=split).exists()


def next_step(project: Project) -> str:
    """Of `STEPS`, the first that is not done; the last where all are."""
    return next((key for key, done in done_steps(project).items() if not done), STEPS[-1])


def begun(projects: QuerySet[Project]) -> set[int]:
    """Keys of those of these projects whose first steps are not through."""
    open_ones = FirstSteps.objects.filter(project__in=projects, ended_at=None)
    return set(open_ones.values_list("project", flat=True))
