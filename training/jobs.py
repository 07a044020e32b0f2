"""Training as background work: what a worker calls for jobs of kinds "train" and "study"."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from curation.models import Project
from curation.progress import Progress
from training import services
from training.errors import BadRecipe
from training.fitting.config import FitConfig
from training.fitting.errors import BadConfig
from training.services.studies import run_study


def train(project: Project, params: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Fit the sources named in `params`; taken up again, it fits only what is not finished.

    Params:
        sources: list, each as `curation.datasets.sources` reads it; required.
        seeds: 3 when left out. parallel: 1 when left out.
        config: fields of FitConfig that differ from their defaults.
    """
    try:
        config = FitConfig.from_json(params.get("config", {}))
    except BadConfig as error:
        raise BadRecipe(str(error)) from error
    sources = list(params.get("sources", []))
    runs = services.train_sources(
        project,
        sources,
        seeds=int(params.get("seeds", 3)),
        config=replace(config, labels=()),
        parallel=int(params.get("parallel", 1)),
        progress=progress,
    )
    table = services.project_scores(project, sources=sources)
    return {"runs": len(runs), **table.as_json()}


def study(project: Project, params: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Run a study; taken up again, it fits only what is not finished. The project is one of its.

    Params:
        study: its slug; required. parallel: one per graphics processor or per core when left out.
        executor: "local" when left out.
    """
    parallel = params.get("parallel")
    outcome = run_study(
        str(params.get("study", "")),
        parallel=None if parallel is None else int(parallel),
        executor=str(params.get("executor", "local")),
        progress=progress,
    )
    return outcome.as_json()
