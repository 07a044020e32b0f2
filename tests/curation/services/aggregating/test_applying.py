"""Every aggregator by its name, from the service and the command, with predictions or without."""

from __future__ import annotations

import json

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from curation.aggregation import AggregatorRefused
from curation.errors import BadInput
from curation.models import Project
from curation.services.aggregating.applying import NAMES
from curation.services.agreement import judge
from curation.services.predictions import NewPrediction, attach_predictions
from tests.factories import annotate, make_project

pytestmark = pytest.mark.django_db

WITHOUT_PREDICTIONS = [name for name in NAMES if name not in {"crowdlab", "mmsr"}]


@pytest.fixture
def project() -> Project:
    project = make_project()
    for number in range(8):
        label, other = ("joke", "news") if number % 2 else ("news", "joke")
        annotate(project, [label, label, label if number < 5 else other])
    return project


@pytest.mark.parametrize("name", WITHOUT_PREDICTIONS)
def test_the_command_takes_every_aggregator(
    name: str, project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("agreement", "jokes", "--aggregator", name, "--json")

    said = json.loads(capsys.readouterr().out)
    assert said["aggregator"] == name
    assert said["labels"] == {"joke": 4, "news": 4}


def test_an_aggregator_that_refuses_says_why(project: Project) -> None:
    with pytest.raises(CommandError, match="no classifier has judged 8 of the 8 examples"):
        call_command("agreement", "jokes", "--aggregator", "crowdlab")


def test_an_unknown_aggregator_is_named_with_those_there_are(project: Project) -> None:
    with pytest.raises(BadInput, match="no aggregator 'best'; there are majority, wawa"):
        judge(project, aggregator="best")


def test_crowdlab_weighs_the_mean_of_what_classifiers_say(project: Project) -> None:
    names = list(project.examples.order_by("pk").values_list("external_id", flat=True))
    for key, p in (("training:1", 0.9), ("training:2", 0.5)):
        attach_predictions(
            project,
            key,
            [NewPrediction(example=name, probs={"joke": p, "news": 1 - p}) for name in names],
        )

    found = judge(project, aggregator="crowdlab").aggregated

    assert found.probabilities.shape == (8, 2)
    # alike but for the votes: 0.7 for joke from the classifiers, then two votes for either label
    assert found.probabilities[1, 0] > found.probabilities[0, 1] > 0.5


def test_crowdlab_wants_a_word_on_every_example_with_votes(project: Project) -> None:
    name = project.examples.order_by("pk")[0].external_id
    attach_predictions(project, "training:1", [NewPrediction(example=name, probs={"joke": 1.0})])

    with pytest.raises(AggregatorRefused, match="7 of the 8"):
        judge(project, aggregator="crowdlab")
