"""Rows that say when to stop training, where a dataset version set some aside."""

from __future__ import annotations

from curation.datasets.keeping import KEPT
from curation.datasets.splits import VALIDATION
from curation.models import Project
from curation.services.training_rows.bases import dataset_version_of
from curation.services.training_rows.rows import LabelledRow


def validation_rows(project: Project, source: str) -> list[LabelledRow]:
    """Kept rows in the validation part of the version that `source` names, by id; [] without.

    version:N and random:N are given the same ones, so that both stop by the same measure; neither
    trains on them. Another part of a mixture may hold them, so whoever trains leaves them out.

    Raises:
        BadInput, VersionNotFound: not a source of this project.
    """
    version = dataset_version_of(project, source)
    if version is None:
        return []
    rows = version.rows.filter(drop_reason=KEPT, split=VALIDATION).order_by("example__external_id")
    return [
        LabelledRow(id=key, text=text, label=label, agreement=agreement)
        for key, text, label, agreement in rows.values_list(
            "example__external_id", "example__text", "label__name", "agreement"
        )
    ]
