"""What the frame around every first step prints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from curation.models import Project
from curation.services.first_steps.standing import STEPS, done_steps

TITLES = {
    "question": "Question",
    "data": "Real texts",
    "model": "Language model",
    "people": "People",
    "first": "First texts",
}


@dataclass(frozen=True, kw_only=True)
class StepLine:
    """One step of the line at the top."""

    number: int
    title: str
    url: str  # "" where nothing can be seen yet
    state: str
    here: bool


def frame_of(project: Project | None, here: str) -> dict[str, Any]:
    """The project, and the line of steps; None is a project that is not made yet."""
    done = done_steps(project) if project is not None else {}
    return {"project": project, "steps": [_line(key, project, done, here) for key in STEPS]}


def step_url(project: Project, key: str) -> str:
    return reverse(f"start_{key}", args=[project.slug])


def _line(key: str, project: Project | None, done: dict[str, bool], here: str) -> StepLine:
    return StepLine(
        number=STEPS.index(key) + 1,
        title=TITLES[key],
        url=step_url(project, key) if project is not None else "",
        state="done" if done.get(key) else "to do",
        here=key == here,
    )
