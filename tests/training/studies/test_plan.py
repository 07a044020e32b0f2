"""A study's matrix as a value."""

from __future__ import annotations

from typing import Any

import pytest

from training.studies.errors import BadPlan
from training.studies.plan import Arm, StudyPlan


def values(**changed: Any) -> dict[str, Any]:
    return {
        "title": "Does filtering help?",
        "projects": ["irony"],
        "arms": [
            {"name": "all", "source": "synthetic"},
            {"name": "imp", "source": "synthetic", "config": {"loss": "imp"}, "quality": "real@9"},
        ],
        "classifiers": {"minilm": {"max_steps": 10}},
        "pairs": [["imp", "all"]],
        **changed,
    }


def one_arm(**changed: Any) -> dict[str, Any]:
    return {"arms": [{"name": "a", "source": "real", **changed}], "pairs": []}


def test_a_plan_survives_json() -> None:
    plan = StudyPlan.from_json(values())

    again = StudyPlan.from_json(plan.as_json())

    assert again == plan
    assert again.fingerprint == plan.fingerprint


def test_every_cell_has_its_config_and_seed() -> None:
    plan = StudyPlan.from_json(values(seeds=2))

    cells = list(plan.cells())

    assert [(cell.seed, cell.arm.name, cell.config.loss) for cell in cells] == [
        (0, "all", "cross_entropy"),
        (0, "imp", "imp"),
        (1, "all", "cross_entropy"),
        (1, "imp", "imp"),
    ]
    assert {cell.config.max_steps for cell in cells} == {10}


def test_the_words_of_a_study_change_no_fingerprint() -> None:
    plan, renamed = (StudyPlan.from_json(values(title=title)) for title in ("one", "other"))

    assert plan.fingerprint == renamed.fingerprint


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"projects": []}, "names no projects"),
        ({"seeds": 0}, "asks for 0 seeds"),
        ({"colour": "red"}, "'colour', which is not known"),
        ({"pairs": [["imp", "none"]]}, "'none'"),
        ({"thresholds": [1.5]}, "1.5 is outside"),
        (one_arm(config={"loss": "imp"}), "quality checker"),
        (one_arm(keep_quality=0.5), "quality checker"),
        (one_arm(config={"seed": 1}), "labels and seed"),
        (one_arm(config={"loss": "none"}), "no loss 'none'"),
        ({"arms": [{"name": "a"}]}, "no source"),
        ({"arms": [{"name": "a", "source": "x"}] * 2, "pairs": []}, "same name"),
        ({"arms": [1], "pairs": []}, "cannot be read"),
        ({"classifiers": {"m": {"max_steps": "many"}}}, "wrong type"),
        ({"seeds": 2.5}, "asks for 2.5 seeds; use a whole number"),
        ({"seeds": "3"}, "asks for 3 seeds; use a whole number"),
        ({"seeds": True}, "asks for True seeds; use a whole number"),
        ({"seeds": 10**9}, "2,000,000,000 cells"),
        ({"arms": [{"name": 100, "source": "real@100"}], "pairs": []}, "arm 100 of the study is"),
        (one_arm(source=100), "source 100 of the study is no word"),
        (one_arm(quality=3), "quality 3 of the study is no word"),
        ({"classifiers": {1: {"classifier": "tfidf"}}}, 'classifier 1 .* in quotes: "1"'),
        ({"projects": [5]}, "project 5 of the study is no word"),
        ({"projects": "irony"}, "write them as a list"),
    ],
)
def test_an_impossible_plan_gets_a_sentence(changed: dict[str, Any], sentence: str) -> None:
    with pytest.raises(BadPlan, match=sentence):
        StudyPlan.from_json(values(**changed))


def test_fields_that_are_no_words_are_named_too() -> None:
    fields: dict[Any, Any] = {**values(), 1: "red", "colour": "red"}

    with pytest.raises(BadPlan, match="field 1, which is not known"):
        StudyPlan.from_json(fields)


def test_an_arm_is_found_by_its_name() -> None:
    plan = StudyPlan.from_json(values())

    assert plan.arm("all") == Arm(name="all", source="synthetic")
