"""What the card of a kept model says about where its rows come from."""

from __future__ import annotations

from curation.services.training_rows import scored_on
from training.fitting.origin import Origin
from training.models import TrainingRun


def origin_of(run: TrainingRun) -> Origin:
    """In words and counts; no text of any example."""
    project, version = run.project, run.dataset_version
    trusted, crowd = scored_on(project)
    return Origin(
        project=project.slug,
        title=project.title,
        question=project.description,
        label_meanings=dict(project.labels.values_list("name", "description")),
        source=run.source,
        version=None if version is None else version.number,
        dataset_fingerprint="" if version is None else version.fingerprint,
        simulated=version is not None and version.simulated,
        test_trusted=trusted,
        test_crowd=crowd,
        run_key=run.key,
    )
