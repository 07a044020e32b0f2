"""Rows that say when to stop training, where a dataset version set some aside."""

from __future__ import annotations

from curation.datasets.keeping import KEPT
from curation.datasets.splits import VALIDATION
from curation.duplicates import normalised
from curation.models import Project
from curation.services.training_rows.bases import dataset_version_of
from curation.services.training_rows.rows import LabelledRow
from curation.services.training_rows.testing import normal_test_texts


def validation_rows(project: Project, source: str) -> list[LabelledRow]:
    """Kept rows in the validation part of the version that `source` names, by id; [] without.

    version:N and random:N are given the same ones, so that both stop by the same measure; neither
    trains on them. Another part of a mixture may hold them, so whoever trains leaves them out. What
    equals a test text but for case, spacing and punctuation is left out here: it would say when to
    stop by what the classifier is scored on.

    Raises:
        BadInput, VersionNotFound: not a source of this project.
    """
    version = dataset_version_of(project, source)
    if version is None:
        return []
    rows = version.rows.filter(drop_reason=KEPT, split=VALIDATION).order_by("example__external_id")
    found = [
        LabelledRow(id=key, text=text, label=label, agreement=agreement)
        for key, text, label, agreement in rows.values_list(
            "example__external_id", "example__text", "label__name", "agreement"
        )
    ]
    taken = normal_test_texts(project) if found else set()
    return [row for row in found if normalised(row.text) not in taken]
