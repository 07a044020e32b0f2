"""Which runs used which dataset versions, for the hub's lineage."""

from __future__ import annotations

from collections.abc import Sequence

from curation.models import DatasetVersion
from curation.services.lineage.hooks import TrainedRun
from training.models import TrainingRun


def runs_on(versions: Sequence[DatasetVersion]) -> list[TrainedRun]:
    """Runs on these versions or on random subsets of their size, by source, seed and age."""
    numbers = {version.pk: version.number for version in versions}
    runs = TrainingRun.objects.scored().filter(dataset_version__in=numbers)
    return [
        TrainedRun(
            key=run.key,
            version=numbers[run.dataset_version_id or 0],
            source=run.source,
            seed=run.seed,
            status=run.status,
            train_rows=run.train_rows,
            macro_f1=run.macro_f1,
            accuracy=run.accuracy,
            classifier=str(run.config.get("classifier", "classifier")),
            finished=run.finished_at,
        )
        for run in runs.order_by("source", "seed", "pk").defer("metrics")
    ]
