"""The files of ready-made studies."""

from __future__ import annotations

import pytest

from curation.datasets.sources import parse_source
from training.studies.errors import BadPlan
from training.studies.plan import StudyPlan
from training.studies.ready import READY, SUBJECTIVITY, ready_plan
from training.studies.ready.files import sets_of


@pytest.mark.parametrize("name", READY)
def test_a_ready_made_study_can_be_read_and_its_sources_are_sources(name: str) -> None:
    plan = ready_plan(name)

    assert StudyPlan.from_json(plan.as_json()) == plan
    assert all(parse_source(arm.source) for arm in plan.arms)
    assert len(list(plan.cells())) == (
        len(plan.projects) * len(plan.arms) * len(plan.classifiers) * plan.seeds
    )


@pytest.mark.parametrize("name", READY)
def test_its_quick_form_differs_in_classifiers_and_seeds_only(name: str) -> None:
    plan, quick = ready_plan(name), ready_plan(name, quick=True)

    assert (quick.arms, quick.projects, quick.pairs) == (plan.arms, plan.projects, plan.pairs)
    assert quick.fingerprint != plan.fingerprint


def test_filtered_text_is_compared_with_a_random_set_of_its_size_and_of_its_loss() -> None:
    plan = ready_plan("filtering")

    for first, second in plan.pairs:
        if plan.arm(second).source.startswith("random-"):
            assert plan.arm(second).source == f"random-{plan.arm(first).source}"
            assert plan.arm(second).config == plan.arm(first).config


def test_the_arms_of_the_first_study_that_are_compared_have_one_size() -> None:
    amounts = {parse_source(arm.source)[0].amount for arm in ready_plan("paper-one").arms[:3]}

    assert amounts == {150}


def test_every_task_of_the_first_study_has_its_stars() -> None:
    assert set(sets_of(READY["paper-one"])) <= set(SUBJECTIVITY)
    assert set(SUBJECTIVITY.values()) == {1, 2, 3, 4, 5}


def test_an_unknown_study_is_told_which_there_are() -> None:
    with pytest.raises(BadPlan, match="there are paper-one, paper-two, filtering"):
        ready_plan("paper-three")
