"""How runs learned examples, stored with them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from curation.errors import BadInput
from curation.models import Project, TrainingDynamics
from curation.services.dynamics import NewDynamics, attach_dynamics, dynamics_of
from tests.factories import make_example, make_project

pytestmark = pytest.mark.django_db

KEY = "training:1"


@pytest.fixture
def project() -> Project:
    project = make_project(labels=("joke", "news"))
    for name in ("one", "two"):
        make_example(project, f"text {name}", name=name, intended="joke")
    return project


def learned(example: str, **change: Any) -> NewDynamics:
    row = NewDynamics(
        example=example,
        label="joke",
        seen=5,
        confidence=0.8,
        variability=0.1,
        correctness=1.0,
        region="easy",
    )
    return replace(row, **change)


def test_what_was_attached_comes_back_with_its_text(project: Project) -> None:
    assert attach_dynamics(project, KEY, [learned("two"), learned("one", label="news")]) == 2

    two, one = dynamics_of(project, KEY)

    assert (two.example, two.text, two.split, two.label) == ("two", "text two", "pool", "joke")
    assert (two.seen, two.confidence, two.variability, two.correctness) == (5, 0.8, 0.1, 1.0)
    assert (one.example, one.label, one.region) == ("one", "news", "easy")
    assert list(dynamics_of(project, "training:2")) == []


def test_attaching_the_same_again_changes_nothing(project: Project) -> None:
    rows = [learned("one", confidence=1 / 3)]
    attach_dynamics(project, KEY, rows)
    before = list(TrainingDynamics.objects.values())

    assert attach_dynamics(project, KEY, rows) == 0

    assert list(TrainingDynamics.objects.values()) == before


def test_a_run_that_says_something_else_replaces_only_that(project: Project) -> None:
    attach_dynamics(project, KEY, [learned("one"), learned("two")])
    attach_dynamics(project, "training:2", [learned("one")])

    change = learned("one", confidence=0.1, region="hard")
    assert attach_dynamics(project, KEY, [change, learned("two")]) == 1

    assert {row.example: row.region for row in dynamics_of(project, KEY)} == {
        "one": "hard",
        "two": "easy",
    }
    assert [row.region for row in dynamics_of(project, "training:2")] == ["easy"]


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([learned("three")], "has no example 'three'"),
        ([learned("two"), learned("two")], "more than once"),
        ([learned("two", label="poem")], "Label 'poem' is not one of the project's labels"),
        ([learned("two", confidence=1.2)], "'two' are not possible"),
        ([learned("two", confidence=float("nan"))], "'two' are not possible"),
        ([learned("two", variability=0.6)], "'two' are not possible"),
        ([learned("two", seen=0)], "'two' are not possible"),
        ([learned("two", region="unseen")], "one of easy, ambiguous, hard"),
    ],
)
def test_bad_dynamics_are_one_sentence_and_change_nothing(
    project: Project, rows: list[NewDynamics], sentence: str
) -> None:
    with pytest.raises(BadInput, match=sentence):
        attach_dynamics(project, KEY, [learned("one"), *rows])

    assert not TrainingDynamics.objects.exists()


def test_an_example_named_again_in_a_later_chunk_is_refused_too(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("curation.services.dynamics.CHUNK", 1)

    with pytest.raises(BadInput, match="more than once"):
        attach_dynamics(project, KEY, [learned("one"), learned("two"), learned("one")])

    assert not TrainingDynamics.objects.exists()


def test_what_arithmetic_adds_to_a_full_share_is_rounded_away(project: Project) -> None:
    attach_dynamics(project, KEY, [learned("one", confidence=1 + 1e-9, variability=0.5 + 1e-9)])

    (one,) = dynamics_of(project, KEY)

    assert (one.confidence, one.variability) == (1.0, 0.5)
