"""The project without one of its annotators."""

from __future__ import annotations

import pytest

from curation.datasets import Policy
from curation.errors import BadInput, NothingToDo
from curation.models import Annotation, Project
from curation.services.agreement import judge, summarise
from curation.services.datasets import curate_dataset
from curation.services.quality.acting import act
from curation.services.quality.difference import without
from tests.factories import annotate, make_example, make_project

pytestmark = pytest.mark.django_db


@pytest.fixture
def project() -> Project:
    """Four texts; ann-3 contradicts the others on two of them."""
    project = make_project()
    for votes in (["joke"] * 3, ["news"] * 3, ["joke", "joke", "news"], ["news", "news", "joke"]):
        annotate(project, votes)
    return project


def test_it_tells_what_agreement_and_the_kept_texts_would_be(project: Project) -> None:
    difference = without(project, ["ann-3"]).as_json()

    assert difference["with"]["alpha"] == pytest.approx(summarise(project).alpha)
    assert difference["without"]["alpha"] == 1
    assert (difference["with"]["kept"]["global"], difference["without"]["kept"]["global"]) == (2, 4)
    assert difference["policies"]["global"]["enter"]["count"] == 2
    assert difference["flipped"]["count"] == 0


def test_it_says_the_same_before_and_after_they_are_set_aside(project: Project) -> None:
    before = without(project, ["ann-3"]).as_json()

    act(project.annotators.get(name="ann-3"), "requeue", reason="test", by="mira")

    assert without(project, ["ann-3"]).as_json() == before
    assert summarise(project).alpha == before["without"]["alpha"]


def test_it_agrees_with_what_curation_would_do(project: Project) -> None:
    expected = without(project, ["ann-3"]).change.after
    act(project.annotators.get(name="ann-3"), "requeue", reason="test", by="mira")

    version = curate_dataset(project, Policy(threshold=project.threshold)).version

    assert version.kept == expected.kept["global"]
    assert judge(project).judged.agreement.mean() == expected.mean_agreement


def test_it_takes_the_share_of_the_newest_version_within_labels(project: Project) -> None:
    assert without(project, ["ann-1"]).keep_share == 0.7

    curate_dataset(project, Policy(keep_share=0.5))

    assert without(project, ["ann-1"]).keep_share == 0.5


def test_nothing_is_written(project: Project) -> None:
    without(project, ["ann-1", "ann-2"])

    assert Annotation.objects.votes().count() == 12


def test_names_and_people_without_votes_are_answered_with_a_sentence(project: Project) -> None:
    project.annotators.create(name="idle")
    example = make_example(project, split="check", gold="joke")
    annotate(project, ["joke"], example=example)

    with pytest.raises(BadInput, match="no annotator 'nobody'"):
        without(project, ["nobody"])
    with pytest.raises(NothingToDo, match="idle gave no vote"):
        without(project, ["idle"])
