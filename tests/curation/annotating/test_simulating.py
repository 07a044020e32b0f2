"""A simulated crowd on the engine."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from curation.errors import BadInput, NothingToDo
from curation.models import Annotation, Annotator, Project
from curation.services.annotating.rounds import RoundOptions, open_round
from curation.services.annotating.simulating import play_round
from curation.simulation import SimulatedCrowd
from tests.curation.annotating.room import make_room, votes_per_task
from tests.factories import make_example, make_project

pytestmark = pytest.mark.django_db


def make_texts(count: int = 12) -> Project:
    project = make_project(overlap=3)
    for number in range(count):
        make_example(
            project,
            f"text {number}",
            name=f"e{number}",
            intended="joke" if number % 2 else "news",
        )
    return project


def crowd_of(project: Project, size: int = 5) -> SimulatedCrowd:
    return SimulatedCrowd.of({"ordinary": size}, labels=project.label_names(), seed=1)


def test_a_simulated_crowd_fills_a_round_of_its_own() -> None:
    project = make_texts()
    target = open_round(project, simulated=True)

    given = play_round(target, crowd_of(project))

    assert given == 36
    assert votes_per_task(target) == [3] * 12
    assert all(Annotator.objects.values_list("simulated", flat=True))
    assert play_round(target, crowd_of(project)) == 0


def test_a_crowd_that_was_stopped_goes_on_with_the_same_answers() -> None:
    project = make_texts()
    target = open_round(project, simulated=True)

    def stop(done: int, total: int, note: str = "") -> None:
        if done >= 15:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        play_round(target, crowd_of(project), progress=stop)
    play_round(target, crowd_of(project))

    assert votes_per_task(target) == [3] * 12
    labels = Annotation.objects.values_list(
        "task__example__external_id", "annotator__name", "label__name"
    )
    crowd = crowd_of(project)
    people = {person.name: person for person in crowd.annotators}
    for name, person, label in labels:
        intended = "joke" if int(name[1:]) % 2 else "news"
        assert crowd.answer(people[person], name, intended).label == label


def test_programs_may_not_answer_for_people() -> None:
    target = make_room(options=RoundOptions(overlap=2))

    with pytest.raises(BadInput, match="taken for people's"):
        play_round(target, crowd_of(target.project))

    assert not Annotation.objects.exists()


def test_a_crowd_smaller_than_the_overlap_is_refused() -> None:
    project = make_texts()
    target = open_round(project, simulated=True)

    with pytest.raises(BadInput, match="crowd of 2"):
        play_round(target, crowd_of(project, size=2))


def test_texts_without_a_label_cannot_be_simulated() -> None:
    project = make_project()
    make_example(project, name="unlabelled")
    target = open_round(project, simulated=True)

    with pytest.raises(NothingToDo, match="unlabelled"):
        play_round(target, crowd_of(project))


def test_the_command_opens_a_round_and_fills_it(capsys: pytest.CaptureFixture[str]) -> None:
    make_texts()

    result = run(capsys, "--crowd", "expert:2,ordinary:3")
    again = run(capsys, "--crowd", "expert:2,ordinary:3")

    assert (result["answers"], result["votes"], result["simulated"]) == (36, 36, True)
    assert (again["answers"], again["votes"], again["round"]) == (0, 36, result["round"])


def test_a_crowd_nobody_knows_gets_a_sentence() -> None:
    make_texts()

    with pytest.raises(CommandError, match="no kind of simulated annotator 'genius'"):
        call_command("simulate", "jokes", crowd="genius:3")


def run(capsys: pytest.CaptureFixture[str], *options: str) -> dict[str, Any]:
    call_command("simulate", "jokes", "--json", *options)
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    return answer
