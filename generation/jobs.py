"""Generation as background work; see `curation.jobs` for how handlers are called."""

from __future__ import annotations

from typing import Any

from curation.models import Project
from curation.progress import Progress
from curation.services.rounds import with_patience
from generation.errors import ProviderAway
from generation.models import GenerationRun
from generation.services import generate_examples, run_summary
from generation.services.attributes import write_values
from generation.services.steering import last_check, steer
from generation.services.wishes import read_wish

PATIENCE = 600.0  # seconds for which a provider that is away only delays a job


def generate(project: Project, params: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Run `generate_examples` and answer with the run's summary.

    Args:
        project: for which texts are written.
        params: a wish as JSON holds it; see `generation.services.wishes`. Taken up again, it
            continues.
        progress: told after every answer; stops a cancelled job.

    A provider that is away delays the job for so long as `PATIENCE`; then it fails, and whoever
    resumes it later loses nothing either.
    """
    asked, terms, count = read_wish(project, params)
    asked = steer(project, asked, wish=params)

    def write() -> GenerationRun:
        with last_check(project, asked) as gate:
            return generate_examples(
                project, asked, count=count, terms=terms, gate=gate, wish=params, progress=progress
            )

    run = with_patience(write, seconds=PATIENCE, progress=progress, away=(ProviderAway,))
    return run_summary(run)


def attribute_values(
    project: Project, params: dict[str, Any], progress: Progress
) -> dict[str, Any]:
    """Have a list of topics or the like written; params as `write_values` takes them."""
    progress(0, 1, "asking for the list")
    attribute = write_values(project, **params)
    progress(1, 1)
    return {"attribute": attribute.name, "values": len(attribute.values)}
