from __future__ import annotations

from collections.abc import Mapping

import pytest

from curation.errors import BadInput
from curation.models import Prediction, Project
from curation.services.predictions import (
    NewPrediction,
    attach_predictions,
    predictions_of,
)
from tests.factories import make_example, make_project

pytestmark = pytest.mark.django_db


@pytest.fixture
def project() -> Project:
    project = make_project(labels=("joke", "news"))
    for name in ("one", "two"):
        make_example(project, f"text {name}", name=name, split="test", source="real", gold="joke")
    return project


def said(example: str, **probs: float) -> NewPrediction:
    return NewPrediction(example=example, probs=probs)


def test_what_was_attached_comes_back_with_label_and_entropy(project: Project) -> None:
    rows = [said("two", joke=0.5, news=0.5), said("one", news=1.0)]

    assert attach_predictions(project, "training:1", rows) == 2

    two, one = predictions_of(project, "training:1")
    assert (two.example, two.text, two.split) == ("two", "text two", "test")
    assert (two.predicted, two.entropy) == ("joke", 1.0)  # of equals, the project's first label
    assert (one.probs, one.predicted, one.entropy) == ({"joke": 0.0, "news": 1.0}, "news", 0.0)


def test_attaching_the_same_again_changes_nothing(project: Project) -> None:
    rows = [said("one", joke=1 / 3, news=2 / 3)]
    attach_predictions(project, "training:1", rows)
    before = list(Prediction.objects.values())

    assert attach_predictions(project, "training:1", rows) == 0

    assert list(Prediction.objects.values()) == before


def test_a_run_that_says_something_else_replaces_what_it_said(project: Project) -> None:
    attach_predictions(project, "training:1", [said("one", joke=1), said("two", joke=1)])

    assert attach_predictions(project, "training:1", [said("one", news=1)]) == 1

    found = {row.example: row.predicted for row in predictions_of(project, "training:1")}
    assert found == {"one": "news", "two": "joke"}


def test_runs_and_projects_are_kept_apart(project: Project) -> None:
    other = make_project("other")
    make_example(other, name="one", split="test")
    attach_predictions(project, "training:1", [said("one", joke=1)])
    attach_predictions(project, "training:2", [said("one", news=1)])
    attach_predictions(other, "training:3", [said("one", news=1)])

    assert [row.predicted for row in predictions_of(project, "training:1")] == ["joke"]
    assert list(predictions_of(project, "training:3")) == []


@pytest.mark.parametrize(
    ("example", "probs", "sentence"),
    [
        ("three", {"joke": 1.0}, "no example 'three'"),
        ("two", {"poem": 1.0}, "'poem' is not one of the project's labels"),
        ("two", {"joke": 0.7}, "sum to 1, but they are 0.7, 0"),
        ("two", {"joke": 1.5, "news": -0.5}, "must be in 0 to 1"),
        ("two", {"joke": float("nan"), "news": 1.0}, "must be in 0 to 1"),
        ("one", {"joke": 1.0}, "more than once"),
    ],
)
def test_bad_rows_get_a_sentence_and_nothing_is_written(
    project: Project, example: str, probs: Mapping[str, float], sentence: str
) -> None:
    rows = [said("one", joke=1.0), NewPrediction(example=example, probs=probs)]

    with pytest.raises(BadInput, match=sentence):
        attach_predictions(project, "training:1", rows)

    assert not Prediction.objects.exists()
