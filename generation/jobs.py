"""Generation as background work; see `curation.jobs` for how handlers are called."""

from __future__ import annotations

from typing import Any

from curation.models import Project
from curation.progress import Progress
from generation.services import generate_examples, run_summary
from generation.services.attributes import write_values
from generation.services.steering import last_check, steer
from generation.services.wishes import read_wish


def generate(project: Project, params: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Run `generate_examples` and answer with the run's summary.

    Args:
        project: for which texts are written.
        params: a wish as JSON holds it; see `generation.services.wishes`. Taken up again, it
            continues.
        progress: told after every answer; stops a cancelled job.
    """
    asked, terms, count = read_wish(project, params)
    asked = steer(project, asked, wish=params)
    with last_check(project, asked) as gate:
        run = generate_examples(
            project, asked, count=count, terms=terms, gate=gate, wish=params, progress=progress
        )
    return run_summary(run)


def attribute_values(
    project: Project, params: dict[str, Any], progress: Progress
) -> dict[str, Any]:
    """Have a list of topics or the like written; params as `write_values` takes them."""
    progress(0, 1, "asking for the list")
    attribute = write_values(project, **params)
    progress(1, 1)
    return {"attribute": attribute.name, "values": len(attribute.values)}
