"""Dynamics crossed with agreement: what is suspect and what is a matter of opinion."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from curation.errors import BadInput, NothingToDo
from curation.models import Project
from curation.services.dynamics import NewDynamics, attach_dynamics
from curation.services.suspects import cross
from tests.factories import annotate, make_example, make_project

pytestmark = pytest.mark.django_db

KEY = "training:1"
CONFIDENCE = {"easy": 0.9, "ambiguous": 0.5, "hard": 0.1}


@pytest.fixture
def project() -> Project:
    return make_project(labels=("joke", "news"))


def judged(
    project: Project,
    name: str,
    votes: Sequence[str],
    region: str,
    *,
    confidence: float | None = None,
    variability: float = 0.1,
) -> NewDynamics:
    """An example asked for as a joke, judged like this and learned like that."""
    example = make_example(project, f"text {name}", name=name, intended="joke")
    if votes:
        annotate(project, votes, example=example)
    return NewDynamics(
        example=name,
        label="joke",
        seen=5,
        confidence=CONFIDENCE[region] if confidence is None else confidence,
        variability=variability,
        correctness=0.5,
        region=region,
    )


def test_agreed_and_hard_is_suspect_disagreed_and_ambiguous_is_subjective(project: Project) -> None:
    rows = [
        judged(project, "agreed-hard", ["news", "news", "news"], "hard"),
        judged(project, "agreed-easy", ["joke", "joke", "joke"], "easy"),
        judged(project, "agreed-ambiguous", ["joke", "joke", "joke"], "ambiguous"),
        judged(project, "split-ambiguous", ["joke", "joke", "news"], "ambiguous"),
        judged(project, "split-hard", ["joke", "news", "news"], "hard"),
    ]
    attach_dynamics(project, KEY, rows)

    found = cross(project, KEY)

    assert [one.example for one in found.suspects] == ["agreed-hard"]
    assert [one.example for one in found.subjective] == ["split-ambiguous"]
    assert found.high == {"easy": 1, "ambiguous": 1, "hard": 1}
    assert found.low == {"easy": 0, "ambiguous": 1, "hard": 1}
    suspect = found.suspects[0]
    assert (suspect.text, suspect.label, suspect.voted) == ("text agreed-hard", "joke", "news")
    assert (suspect.votes, suspect.agreement, suspect.confidence) == (3, 1.0, 0.1)


def test_agreement_of_exactly_the_threshold_is_high(project: Project) -> None:
    four_of_five = ["joke", "joke", "joke", "joke", "news"]
    attach_dynamics(project, KEY, [judged(project, "one", four_of_five, "hard")])

    assert len(cross(project, KEY, agreed=0.8).suspects) == 1
    assert len(cross(project, KEY, agreed=0.81).suspects) == 0


def test_examples_with_few_votes_or_none_are_left_out_and_counted(project: Project) -> None:
    rows = [
        judged(project, "three", ["joke", "joke", "joke"], "hard"),
        judged(project, "two", ["joke", "joke"], "hard"),
        judged(project, "none", [], "hard"),
    ]
    attach_dynamics(project, KEY, rows)

    found = cross(project, KEY)

    assert (found.learned, found.judged) == (3, 1)
    assert [one.example for one in cross(project, KEY, fewest_votes=2).suspects] == ["three", "two"]


def test_the_worst_come_first_whatever_was_attached_first(project: Project) -> None:
    agreed, disagreed = ["joke"] * 4, ["joke", "joke", "news", "news"]
    rows = [
        judged(project, "b", agreed, "hard", confidence=0.2),
        judged(project, "a", agreed, "hard", confidence=0.2),
        judged(project, "c", agreed, "hard", confidence=0.05),
        judged(project, "e", disagreed, "ambiguous", variability=0.3),
        judged(project, "d", ["joke", "joke", "joke", "news"], "ambiguous", variability=0.4),
        judged(project, "f", disagreed, "ambiguous", variability=0.4),
    ]
    attach_dynamics(project, KEY, rows)

    found = cross(project, KEY)

    assert [one.example for one in found.suspects] == ["c", "a", "b"]
    assert [one.example for one in found.subjective] == ["f", "e", "d"]


def test_without_dynamics_or_votes_there_is_nothing_to_cross(project: Project) -> None:
    with pytest.raises(NothingToDo, match="No training dynamics of 'training:1'"):
        cross(project, KEY)

    attach_dynamics(project, KEY, [judged(project, "one", [], "hard")])

    with pytest.raises(NothingToDo, match="None of the 1 examples that training:1 learned has 3"):
        cross(project, KEY)


@pytest.mark.parametrize("agreed", [0.0, 1.1, float("nan")])
def test_an_impossible_threshold_is_one_sentence(project: Project, agreed: float) -> None:
    with pytest.raises(BadInput, match="use more than 0 and at most 1"):
        cross(project, KEY, agreed=agreed)

    with pytest.raises(BadInput, match="The fewest votes are 0"):
        cross(project, KEY, fewest_votes=0)
