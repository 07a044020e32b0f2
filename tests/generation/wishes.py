"""Generation as tests ask for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from curation.models import Example, Project
from generation.models import GenerationRun
from generation.prompting.base import GenerationOptions
from generation.services import generate_examples
from tests.generation.scripted_server import Reply, serving


def replay(project: Project, recording: Path, count: int, **more: Any) -> GenerationRun:
    return generate_examples(
        project,
        provider="recorded",
        method="zero_shot",
        count=count,
        recordings=recording,
        **more,
    )


def ask(project: Project, *replies: Reply, count: int = 2, **more: Any) -> GenerationRun:
    """Generate from a scripted server, one call at a time so that the script fits."""
    with serving(replies) as server:
        return generate_examples(
            project,
            provider="openai",
            method=more.pop("method", "zero_shot"),
            count=count,
            model="tiny",
            base_url=more.pop("base_url", server.base_url),
            parallel=1,
            options=more.pop("options", GenerationOptions(words=(3, 9))),
            **more,
        )


def texts_of(project: Project, label: str) -> list[str]:
    pool = Example.objects.pool().filter(project=project, intended_label__name=label)
    return list(pool.values_list("text", flat=True))
