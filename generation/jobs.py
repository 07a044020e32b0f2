"""Generation as background work; see `curation.jobs` for how handlers are called."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from curation.errors import BadInput
from curation.models import Project
from curation.progress import Progress
from generation.prompting.base import GenerationOptions
from generation.services import generate_examples, run_summary

REQUIRED = {"provider", "method", "count"}
OPTIONAL = {"seed", "model", "base_url", "recordings", "options", "parallel", "patience"}


def generate(project: Project, params: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Run `generate_examples` and answer with the run's summary.

    Args:
        project: for which texts are written.
        params: keyword arguments of `generate_examples` as JSON holds them; `options` is an
            object with fields of `GenerationOptions`. Taken up again, it continues.
        progress: told after every answer; stops a cancelled job.
    """
    run = generate_examples(project, progress=progress, **_arguments(params))
    return run_summary(run)


def _arguments(params: dict[str, Any]) -> dict[str, Any]:
    if missing := sorted(REQUIRED - params.keys()):
        raise BadInput(f"A generation job needs {missing[0]!r}.")
    if unknown := sorted(params.keys() - REQUIRED - OPTIONAL):
        raise BadInput(f"A generation job knows no {unknown[0]!r}.")
    arguments = dict(params)
    if recordings := arguments.pop("recordings", ""):
        arguments["recordings"] = Path(recordings)
    arguments["options"] = _options(arguments.pop("options", {}))
    return arguments


def _options(given: dict[str, Any]) -> GenerationOptions:
    fields = dict(given)
    if "words" in fields:
        fields["words"] = tuple(fields["words"])
    try:
        return GenerationOptions(**fields)
    except TypeError as error:
        raise BadInput(f"The options of a generation job are not right: {error}.") from error
