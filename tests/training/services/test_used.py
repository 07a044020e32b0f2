"""What training tells the hub's lineage."""

from __future__ import annotations

import pytest

from curation.services.lineage import version_graph, version_prov
from curation.services.lineage.hooks import trained_on
from tests.factories import make_curated, make_project
from tests.training.factories import finished_run

pytestmark = pytest.mark.django_db


def test_the_runs_on_a_version_and_on_its_random_subsets_are_known() -> None:
    project = make_project()
    versions = make_curated(project)
    for source, seed in (("version:1", 0), ("version:1", 1), ("random:1", 0), ("version:2", 0)):
        run = finished_run(project, source, seed=seed, gold=["joke"], predicted=["joke"])
        run.dataset_version = versions[int(source[-1]) - 1]
        run.save(update_fields=["dataset_version"])

    runs = trained_on([versions[0]])

    assert [(run.source, run.seed, run.version) for run in runs] == [
        ("random:1", 0, 1), ("version:1", 0, 1), ("version:1", 1, 1),
    ]  # fmt: skip
    nodes = {node.key: node for node in version_graph(versions[0]).nodes}
    trained = nodes["training/version:1/classifier"]
    assert trained.details == {"runs": 2, "train_rows": 10, "mean_macro_f1": 0.5}
    assert not [key for key in version_prov(versions[0])["activity"] if "training" in key]


def test_a_version_that_nobody_trained_on_has_no_runs() -> None:
    assert trained_on(make_curated(make_project())) == []
