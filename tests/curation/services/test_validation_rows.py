"""Rows that a version sets aside to say when to stop training."""

from __future__ import annotations

import pytest

from curation.datasets import Policy
from curation.datasets.splits import SplitPlan
from curation.errors import VersionNotFound
from curation.models import Project
from curation.services.datasets import curate_dataset
from curation.services.training_rows import training_rows
from curation.services.training_rows.validation import validation_rows
from tests.curation.services.test_freezing import judged_project
from tests.factories import make_example

pytestmark = pytest.mark.django_db


@pytest.fixture
def split_project() -> Project:
    project = judged_project()
    curate_dataset(
        project, Policy(threshold=0.8), splits=SplitPlan(train=0.6, validation=0.2, test=0.2)
    )
    return project


def test_they_are_the_kept_rows_of_the_validation_part(split_project: Project) -> None:
    version = split_project.dataset_versions.get()

    rows = validation_rows(split_project, "version:1")

    assert len(rows) == version.splits["validation"] > 0
    assert {row.label for row in rows} == {"joke", "news"}
    assert [row.id for row in rows] == sorted(row.id for row in rows)
    trained = {row.id for row in training_rows(split_project, "version:1", seed=0)}
    assert not trained & {row.id for row in rows}


def test_a_version_and_its_random_subset_stop_by_the_same_rows(split_project: Project) -> None:
    rows = validation_rows(split_project, "random:1")

    assert rows == validation_rows(split_project, "version:1")
    for seed in range(3):
        drawn = {row.id for row in training_rows(split_project, "random:1", seed=seed)}
        assert not drawn & {row.id for row in rows}


def test_what_a_test_text_equals_does_not_say_when_to_stop(split_project: Project) -> None:
    before = validation_rows(split_project, "version:1")
    make_example(split_project, f"{before[0].text.upper()}!", split="test", gold="joke")

    assert validation_rows(split_project, "version:1") == before[1:]


def test_other_sources_have_none(split_project: Project) -> None:
    assert validation_rows(split_project, "judged") == []
    with pytest.raises(VersionNotFound):
        validation_rows(split_project, "version:2")
