"""The lineage of a version: what it came from, and what it went into."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.utils import timezone

from curation.datasets import Policy
from curation.datasets.splits import SplitPlan
from curation.models import Annotation, Task
from curation.services.datasets import curate_dataset, known
from curation.services.exports import card_facts, export_dataset
from curation.services.importing_versions import import_dataset
from curation.services.lineage import version_graph, version_prov
from tests.curation.datasets.prov_json import problems_of
from tests.factories import annotate, make_curated, make_example, make_project, make_round

pytestmark = pytest.mark.django_db


def test_a_version_of_imported_texts_goes_back_to_them_by_way_of_votes_and_labels() -> None:
    version = make_curated(make_project())[0]

    graph = version_graph(version)

    edges = {(edge.relation, edge.later, edge.earlier) for edge in graph.edges}
    assert {
        ("used", "round/1", "examples/imported"),
        ("wasGeneratedBy", "votes/1", "round/1"),
        ("wasAssociatedWith", "round/1", "annotators/simulated"),
        ("used", "aggregation/1", "votes/1"),
        ("used", "freezing/1", "labels/1"),
        ("used", "freezing/1", "policy/1"),
        ("wasGeneratedBy", "version/1", "freezing/1"),
        ("wasDerivedFrom", "version/1", "examples/imported"),
    } <= edges
    (texts,) = [node for node in graph.nodes if node.key == "examples/imported"]
    assert texts.details == {"examples": 10}


def test_no_overlap_is_claimed_for_votes_that_were_brought_in() -> None:
    version = make_curated(make_project())[0]

    version.project.rounds.update(front="votes")
    assert "terms:overlap" not in json.dumps(version_prov(version))

    version.project.rounds.update(front="page")
    assert "terms:overlap" in json.dumps(version_prov(version))


def test_the_document_is_valid_and_says_policy_splits_note_and_fingerprint() -> None:
    project = make_project()
    for number in range(10):
        annotate(project, ["joke"] * 3, example=make_example(project, name=f"e{number}"))
    plan = SplitPlan(train=0.8, test=0.2)
    version = curate_dataset(project, Policy(threshold=0.8), splits=plan, note="why").version

    document = version_prov(version)

    assert problems_of(document) == []
    frozen = document["entity"]["concord:version/1"]
    assert (frozen["terms:kept"], frozen["terms:split_train"], frozen["terms:split_test"]) == (
        10,
        8,
        2,
    )
    assert frozen["terms:fingerprint"] == version.fingerprint
    assert frozen["terms:note"] == "why"
    assert "0.8" in document["entity"]["concord:policy/1"]["terms:sentence"]
    assert "20% test" in document["entity"]["concord:policy/1"]["terms:splits"]
    json.dumps(document, allow_nan=False)


def test_the_document_names_no_annotator_and_no_text() -> None:
    version = make_curated(make_project())[0]

    said = json.dumps(version_prov(version))

    assert "ann-1" not in said
    assert "text " not in said.replace("Imported texts", "")


def test_a_round_that_came_after_the_version_is_not_among_what_it_came_from() -> None:
    project = make_project()
    version = make_curated(project)[0]
    late = make_round(project)
    before = version_prov(version)

    annotate(project, ["joke"] * 3)

    assert late.number == 2
    assert version_prov(version) == before
    assert "concord:round/2" not in before["activity"]


def test_undefined_numbers_are_left_out() -> None:
    project = make_project()
    annotate(project, ["joke"])
    version = curate_dataset(project, Policy(keep_all=True)).version

    labels = version_prov(version)["entity"]["concord:labels/1"]

    assert version.alpha is None
    assert "terms:krippendorff_alpha" not in labels


@pytest.mark.parametrize("of_the_version", [False, True])
def test_a_round_whose_votes_came_later_or_on_other_texts_is_not_among_what_it_came_from(
    of_the_version: bool,
) -> None:
    project = make_project()
    judged = annotate(project, ["joke"] * 3)
    page = make_round(project, front="page")
    version = curate_dataset(project, Policy(keep_all=True)).version
    before, fronts = version_prov(version), card_facts(version).fronts

    example = judged if of_the_version else make_example(project)
    late = None if not of_the_version else timezone.now()
    Annotation.objects.create(
        task=Task.objects.create(round=page, example=example),
        annotator=project.annotators.get(name="ann-1"),
        label=project.labels.get(name="joke"),
        answered_at=late,
    )

    assert version_prov(version) == before
    assert card_facts(version).fronts == fronts == ["votes"]
    assert "concord:votes/2" not in before["entity"]


def test_an_imported_version_came_from_the_round_of_its_votes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = make_curated(make_project())[0]
    path = export_dataset(version, form="jsonl", to=tmp_path).path

    copy = import_dataset(path, slug="copy").version

    monkeypatch.setattr(known, "FEW", 0)
    for _ in range(2):  # worked out, and kept
        assert "concord:votes/1" in version_prov(copy)["entity"]
        assert card_facts(copy).fronts == ["votes"]


def test_votes_imported_after_the_freezing_are_not_taken_for_those_it_came_from() -> None:
    project = make_project()
    make_round(project, front="page")
    judged = annotate(project, ["joke"] * 3)
    version = curate_dataset(project, Policy(keep_all=True)).version

    later = make_round(project, front="votes")
    Annotation.objects.create(
        task=Task.objects.create(round=later, example=judged),
        annotator=project.annotators.get(name="ann-1"),
        label=project.labels.get(name="joke"),
    )

    assert card_facts(version).fronts == ["page"]
    assert "concord:votes/2" not in version_prov(version)["entity"]
