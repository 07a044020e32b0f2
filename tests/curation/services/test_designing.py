"""A study planned from a project's votes: seconds, thresholds, and what is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from curation.errors import BadInput, NothingToDo
from curation.models import Annotation, Project
from curation.services.designing import DesignRequest, design_project, seconds_per_answer
from tests.factories import annotate, make_project

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def few_studies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("curation.services.designing.STUDIES", 10)


@pytest.fixture
def pilot() -> Project:
    """Ten examples of three votes; half of them agreed."""
    project = make_project()
    for number in range(10):
        label = ("joke", "news")[number % 2]
        annotate(project, [label, label, label if number < 5 else "news"])
    return project


def plan(project: Project, **changes: Any) -> Any:
    return design_project(project, DesignRequest(half_width=0.2, most_examples=100, **changes))


def test_the_projects_threshold_is_taken_unless_another_is_given(pilot: Project) -> None:
    assert plan(pilot).wishes.gamma == pilot.threshold
    assert plan(pilot, gamma=0.6).wishes.gamma == 0.6


def test_seconds_are_the_pilots_with_long_breaks_cut(pilot: Project) -> None:
    Annotation.objects.update(seconds=6)
    longest = Annotation.objects.first()
    assert longest is not None
    Annotation.objects.filter(pk=longest.pk).update(seconds=3_600)

    assert seconds_per_answer(pilot) == pytest.approx(6)
    assert plan(pilot).rows[0].hours == pytest.approx(100 * 6 / 3600)
    assert plan(pilot, seconds_per_answer=12.0).rows[0].hours == pytest.approx(100 * 12 / 3600)


def test_without_times_there_are_no_hours(pilot: Project) -> None:
    assert seconds_per_answer(pilot) is None
    assert plan(pilot).rows[0].hours is None


def test_a_project_without_votes_has_nothing_to_plan_from() -> None:
    with pytest.raises(NothingToDo, match="has 0 examples with two votes"):
        plan(make_project())


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"gamma": 1.5}, "threshold γ is 1.5"),
        ({"most_wrong": 0.0}, "share of wrong decisions is 0"),
        ({"price_per_answer": -1.0}, "price per answer is -1"),
        ({"fee_share": float("nan")}, "fee is nan"),
        ({"most_per_annotator": 0}, "answers per annotator is 0"),
        ({"most_hours": float("inf")}, "hours per annotator is inf"),
    ],
)
def test_numbers_that_cannot_be_meant_are_refused(
    pilot: Project, changes: dict[str, Any], says: str
) -> None:
    with pytest.raises(BadInput, match=says):
        plan(pilot, **changes)


def test_the_command_says_the_plan_to_people_and_to_programs(
    pilot: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["design", pilot.slug, "--alpha-half-width", "0.2", "--price", "0.05"]

    call_command(*arguments)
    said = capsys.readouterr().out
    call_command(*arguments, "--json")
    told = json.loads(capsys.readouterr().out)

    assert said.startswith("Ask for ")
    assert "The pilot has 10 examples" in said
    assert len(said.strip().splitlines()) == 1 + len(told["notes"]) + 2 + 6
    assert said.splitlines()[0] == told["sentence"]
    assert told["recommended"]["money"] == pytest.approx(0.05 * told["recommended"]["answers"])


def test_the_command_refuses_with_a_sentence() -> None:
    with pytest.raises(CommandError, match="collect more votes first"):
        call_command("design", make_project().slug)
