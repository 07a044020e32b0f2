from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from tests.training.studies.made_up import (
    PLAN,
    made_up_cells,
    made_up_report,
    outcome,
    project_input,
)
from training.evaluation.holm import holm
from training.studies.plan import Arm, StudyPlan
from training.studies.report import build_report
from training.studies.report_input import CellInput
from training.studies.report_pairs import over_projects
from training.studies.report_shape import StudyReport

SMALL = StudyPlan(
    title="Small",
    projects=("p",),
    arms=(Arm(name="a", source="real"), Arm(name="b", source="synthetic")),
    classifiers={"m": {}},
    seeds=2,
    pairs=(("a", "b"),),
)


def small(cells: list[CellInput]) -> StudyReport:
    return build_report(SMALL, [project_input("p")], cells, resamples=50)


def cell(arm: str, seed: int, right: list[bool], **fields: int) -> CellInput:
    found = outcome(right, **fields)  # type: ignore[arg-type]
    return CellInput(project="p", arm=arm, classifier="m", seed=seed, outcome=found)


def test_every_project_has_a_board_for_every_classifier_in_the_plans_order() -> None:
    boards = made_up_report()["boards"]

    assert [(board["project"], board["classifier"]) for board in boards[:3]] == [
        ("headlines", "MiniLM"),
        ("headlines", "TF-IDF"),
        ("sarcasm", "MiniLM"),
    ]
    assert [arm["arm"] for arm in boards[0]["arms"]] == [arm.name for arm in PLAN.arms]


def test_the_report_is_plain_json_without_nan() -> None:
    report = made_up_report()

    assert json.loads(json.dumps(report, allow_nan=False)) == report


def test_cells_without_a_score_are_counted_and_named() -> None:
    report = made_up_report()

    assert report["cells"] == {"planned": 144, "successful": 141, "failed": 2, "waiting": 1}
    failed = report["boards"][2]["arms"][0]["unfinished"]
    assert [(one["seed"], one["state"]) for one in failed] == [(1, "failed")]


def test_p_values_are_corrected_over_all_boards() -> None:
    pairs = [pair for board in made_up_report()["boards"] for pair in board["pairs"]]

    tested = [pair for pair in pairs if pair["p"] is not None]
    assert [pair["p_holm"] for pair in tested] == holm([pair["p"] or 0 for pair in tested])
    assert (len(pairs), len(tested)) == (16, 14)


def test_the_order_of_the_cells_does_not_matter() -> None:
    projects = [project_input(slug, place) for place, slug in enumerate(PLAN.projects)]
    cells = list(made_up_cells())

    one = build_report(PLAN, projects, cells, resamples=20)
    other = build_report(PLAN, projects, cells[::-1], resamples=20)

    assert one == other


def test_scores_are_those_counted_by_hand() -> None:
    right = [True] * 6
    cells = [cell("a", seed, right) for seed in (0, 1)]
    cells += [cell("b", 0, right), cell("b", 1, [True] * 3 + [False] * 3)]

    board = small(cells)["boards"][0]

    assert board["arms"][0]["accuracy"] == {"mean": 1, "low": 1, "high": 1}
    assert board["arms"][1]["accuracy"]["mean"] == pytest.approx(0.75)  # type: ignore[index]
    assert board["pairs"][0]["difference"]["mean"] == pytest.approx(0.25)  # type: ignore[index]


def test_two_seeds_are_not_tested_and_say_so() -> None:
    cells = [cell(arm, seed, [arm == "a"] * 6) for arm in "ab" for seed in (0, 1)]

    pair = small(cells)["boards"][0]["pairs"][0]

    assert (pair["p"], pair["p_holm"]) == (None, None)
    assert pair["sentence"].endswith("a test needs 3 seeds).")


def test_arms_without_a_common_seed_cannot_be_compared() -> None:
    pair = small([cell("a", 0, [True] * 6), cell("b", 1, [True] * 6)])["boards"][0]["pairs"][0]

    assert pair["difference"] is None
    assert pair["reason"] == "a and b cannot be compared: there is no seed that both have finished."


def test_runs_on_other_test_rows_are_set_aside_and_named() -> None:
    cells = [cell("a", 0, [True] * 6), cell("a", 1, [True] * 6), cell("b", 0, [True] * 5)]

    arm = small(cells)["boards"][0]["arms"][1]

    assert arm["seeds"] == 0
    assert "other test rows" in arm["unfinished"][0]["sentence"]


def test_an_unequal_budget_is_said() -> None:
    cells = [cell("a", seed, [True] * 6, train_rows=300) for seed in (0, 1)]
    cells += [cell("b", seed, [True] * 6, train_rows=1000 + seed) for seed in (0, 1)]

    budget = small(cells)["boards"][0]["pairs"][0]["budget"]

    assert budget is not None
    assert (budget["same_rows"], budget["same_steps"]) == (False, True)
    assert budget["sentence"] == "a had 300 rows and b 1,000 to 1,001 rows; both took 96 steps."


def test_accuracy_over_gamma_is_empty_without_agreement() -> None:
    assert small([cell("a", 0, [True] * 20)])["boards"][0]["gammas"] == []


def test_gammas_of_the_plan_are_the_points() -> None:
    curve = made_up_report()["boards"][0]["gammas"][0]

    assert [point["gamma"] for point in curve["points"]] == list(PLAN.thresholds)
    assert [point["rows"] for point in curve["points"]] == [160, 127, 88, 43]


def test_a_study_without_any_run_has_a_report() -> None:
    report = small([])

    assert report["boards"][0]["test_rows"] == 0
    assert report["cells"]["waiting"] == 4
    assert report["gaps"] == []


def test_gaps_go_from_the_most_objective_task_on() -> None:
    gap = made_up_report()["gaps"][0]

    assert (gap["real"], gap["arm"]) == ("real", "method:zero_shot")
    assert [point["rank"] for point in gap["points"]] == [1, 2, 3, 4]
    assert gap["rho"] == 1


def test_without_known_objectivity_gaps_have_no_rank() -> None:
    cells = [cell(arm, seed, [True] * 6) for arm in "ab" for seed in (0, 1)]
    project = replace(project_input("p"), objectivity=None)

    gap = build_report(SMALL, [project], cells, resamples=20)["gaps"][0]

    assert gap["points"][0]["rank"] is None


@pytest.mark.parametrize(
    ("source", "real_pool", "shown"),
    [("agreed:0.8", True, 0), ("agreed:0.8", False, 1), ("synthetic", True, 1)],
)
def test_judged_texts_that_are_real_are_not_without_real_text(
    source: str, real_pool: bool, shown: int
) -> None:
    arms = (Arm(name="a", source="real"), Arm(name="b", source=source))
    cells = [cell(arm, seed, [True] * 6) for arm in "ab" for seed in (0, 1)]
    project = replace(project_input("p"), real_pool=real_pool)

    report = build_report(replace(SMALL, arms=arms), [project], cells, resamples=20)

    assert len(report["gaps"]) == shown


def test_overall_differences_go_over_projects() -> None:
    overall = made_up_report()["overall"][0]

    assert (overall["projects"], overall["higher"], overall["lower"]) == (4, 4, 0)
    assert overall["difference"] is not None


def test_one_project_tells_nothing_about_others() -> None:
    assert over_projects(np.array([0.3])) == (None, None)


def test_equal_differences_are_judged_by_their_signs() -> None:
    assert over_projects(np.full(5, 0.02))[1] == 2.0**-4
    assert over_projects(np.zeros(5))[1] == 1


def chance(first: Arm, second: Arm) -> float:
    """The width of the interval of two arms, the second of which differs from seed to seed."""
    plan = replace(SMALL, arms=(first, second), seeds=3, pairs=((first.name, second.name),))
    cells = [cell(first.name, seed, [True] * 60) for seed in range(3)]
    cells += [
        cell(second.name, seed, [False] * (seed + 1) + [True] * (59 - seed)) for seed in range(3)
    ]
    (board,) = build_report(plan, [project_input("p")], cells, resamples=50)["boards"]
    difference = board["pairs"][0]["difference"]
    assert difference is not None
    return difference["high"] - difference["low"]


def test_one_choice_of_texts_may_be_as_lucky_as_one_of_the_random_ones() -> None:
    random = Arm(name="b", source="random-agreed:0.8")
    chosen = Arm(name="a", source="agreed:0.8")

    drawn = chance(Arm(name="a", source="judged@100"), random)

    assert chance(chosen, random) > 1.3 * drawn
    assert chance(Arm(name="a", source="judged"), random) == drawn  # all there is: no choice
    assert chance(replace(chosen, source="agreed:0.8@50"), random) > 1.3 * drawn  # of one choice
    checked = replace(chosen, quality="real@200", keep_quality=0.5)  # other rows at every seed
    assert chance(checked, random) == drawn
    by_checker = replace(chosen, source="judged", quality="real", keep_quality=0.5)
    assert chance(by_checker, random) > 1.3 * drawn
