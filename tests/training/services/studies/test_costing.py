from __future__ import annotations

import pytest

from curation.models import Project
from tests.training.factories import TFIDF
from tests.training.services.studies.plans import ARMS, plan
from training.errors import StudyRefused
from training.models import Study, TrainingRun
from training.services import train_source
from training.services.studies import create_study, plan_cost, run_study
from training.studies.plan import Arm

pytestmark = pytest.mark.usefixtures("inline")


def test_a_plan_tells_its_runs_before_anything_has_run(project: Project) -> None:
    two = {"tfidf": {"classifier": "tfidf"}, "minilm": {"max_steps": 10}}

    cost = plan_cost(plan(classifiers=two, seeds=2))

    assert (cost.cells, cost.checks, cost.total("runs"), cost.total("there")) == (8, 0, 8, 0)
    assert cost.total("steps") == 4 * 96 + 4 * 10
    assert [one.measured_on for one in cost.classifiers] == [0, 0]
    assert cost.seconds(2) == pytest.approx(cost.seconds(1) / 2)
    assert not TrainingRun.objects.exists()
    assert not Study.objects.exists()


def test_runs_that_are_there_cost_nothing_whoever_asked_for_them(project: Project) -> None:
    train_source(project, "real", seeds=1, config=TFIDF)

    cost = plan_cost(plan())

    assert (cost.total("runs"), cost.total("there"), cost.total("to_fit")) == (2, 1, 1)
    assert cost.classifiers[0].measured_on == 1


def test_a_finished_plan_has_nothing_left(project: Project) -> None:
    create_study(plan(), "s")
    run_study("s")

    cost = plan_cost(plan())

    assert (cost.total("to_fit"), cost.total("steps"), cost.seconds(4)) == (0, 0, 0)


def test_cells_that_ask_for_the_same_run_cost_it_once(project: Project) -> None:
    twice = (*ARMS, Arm(name="again", source="real"))

    cost = plan_cost(plan(arms=twice))

    assert (cost.cells, cost.total("runs")) == (3, 2)


def test_a_plan_that_cannot_be_run_has_no_cost(project: Project) -> None:
    with pytest.raises(StudyRefused, match="no project 'nobody'"):
        plan_cost(plan(projects=("nobody",)))
