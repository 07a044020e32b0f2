"""The lineage of one row, and why a policy keeps or drops it."""

from __future__ import annotations

from typing import Any

import pytest

from curation.datasets import Policy
from curation.errors import RowNotFound
from curation.models import Annotator, DatasetVersion, Project
from curation.services.datasets import curate_dataset
from curation.services.examples_table.acting import set_aside
from curation.services.lineage import row_lineage, version_graph
from tests.factories import annotate, make_example, make_project

pytestmark = pytest.mark.django_db


def frozen(project: Project, policy: Policy) -> DatasetVersion:
    return curate_dataset(project, policy).version


@pytest.fixture
def project() -> Project:
    """One unanimous example `a`, one disputed `b` with a skip."""
    project = make_project()
    annotate(project, ["joke"] * 3, example=make_example(project, name="a", intended="joke"))
    annotate(project, ["joke", "news", "news", None], example=make_example(project, name="b"))
    return project


def test_every_answer_is_told_and_skips_do_not_count(project: Project) -> None:
    lineage = row_lineage(frozen(project, Policy(keep_all=True)), "b")

    (judging,) = lineage.rounds
    assert [(answer.annotator, answer.said, answer.counts) for answer in judging.answers] == [
        ("ann-1", "joke", True), ("ann-2", "news", True), ("ann-3", "news", True),
        ("ann-4", "skipped", False),
    ]  # fmt: skip
    assert lineage.since == ""


def test_votes_of_somebody_excluded_are_told_and_do_not_count(project: Project) -> None:
    version = frozen(project, Policy(keep_all=True))
    Annotator.objects.filter(name="ann-2").update(standing="excluded")

    lineage = row_lineage(version, "b")

    assert [answer.counts for answer in lineage.rounds[0].answers] == [True, False, True, False]
    assert "1 joke, 2 news when it was frozen, 1 joke, 1 news now" in lineage.since


@pytest.mark.parametrize(
    ("policy", "verdict", "why"),
    [
        (
            Policy(threshold=0.8),
            "dropped: below γ",
            "aᵢ = 0.667 is below γ = 0.8.",
        ),
        (Policy(threshold=0.6), "kept, train", "aᵢ = 0.667 reaches γ = 0.6."),
        (
            Policy(label_thresholds=(("joke", 0.6), ("news", 0.9))),
            "dropped: below γ",
            "aᵢ = 0.667 is below γ = 0.9.",
        ),
        (
            Policy(threshold=0.01, measure="posterior", certainty=0.9),
            "kept, train",
            "Its posterior agreement reaches γ = 0.01 with 90% certainty.",
        ),
        (
            Policy(keep_all=True, min_votes=3),
            "kept, train",
            "The policy: everything judged, 3 votes or more, labels by majority.",
        ),
    ],
)
def test_each_version_says_why(project: Project, policy: Policy, verdict: str, why: str) -> None:
    (standing,) = row_lineage(frozen(project, policy), "b").standings

    assert (standing.verdict, standing.why, standing.here) == (verdict, why, True)


def test_what_was_set_aside_by_hand_says_so(project: Project) -> None:
    aside = project.examples.get(external_id="b")
    set_aside(project, [aside.pk], reason="spam", by="mira")

    (standing,) = row_lineage(frozen(project, Policy(threshold=0.6)), "b").standings

    assert standing.verdict == "dropped: set aside by hand"
    assert standing.why == "Somebody set the text aside, whatever the policy says of it."


def test_votes_that_no_longer_count_are_not_said_to_be_deleted_only(project: Project) -> None:
    version = frozen(project, Policy(keep_all=True))
    project.annotators.update(standing=Annotator.Standing.EXCLUDED)

    assert "those who gave them were excluded" in row_lineage(version, "b").since


def test_every_version_that_considered_it_is_told(project: Project) -> None:
    frozen(project, Policy(threshold=0.8))
    version = frozen(project, Policy(keep_all=True))

    standings = row_lineage(version, "b").standings

    assert [(one.version.number, one.verdict[:4], one.here) for one in standings] == [
        (1, "drop", False), (2, "kept", True),
    ]  # fmt: skip


def test_a_row_that_is_not_there_is_named(project: Project) -> None:
    with pytest.raises(RowNotFound, match="Version 1 has no row 'c'"):
        row_lineage(frozen(project, Policy(keep_all=True)), "c")


def test_the_hub_alone_tells_what_it_knows(project: Project, settings: Any) -> None:
    settings.CONCORD_ORIGINS = {}
    settings.CONCORD_RUNS = ""
    version = frozen(project, Policy(keep_all=True))

    lineage = row_lineage(version, "a")

    assert (lineage.origin, lineage.runs) == (None, [])
    assert "examples/imported" in {node.key for node in version_graph(version).nodes}


def test_a_text_of_a_recording_leads_to_its_place_there(project: Project) -> None:
    project.examples.filter(external_id="a").update(
        provenance={
            "method": "zero_shot",
            "turn": 3,
            "position": 7,
            "recording": "zero_shot/jokes.jsonl",
            "recording_sha256": "ab12",
        }
    )

    origin = row_lineage(frozen(project, Policy(keep_all=True)), "a").origin

    assert origin is not None
    assert {fact.term: fact.text for fact in origin.facts} == {
        "Method": "zero-shot",
        "Recording": "zero_shot/jokes.jsonl, turn 3, text 7",
        "SHA-256": "ab12",
    }
