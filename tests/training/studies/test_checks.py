"""Which runs judge training rows, and what becomes of the rows."""

from __future__ import annotations

from typing import Any

import pytest

from training.fitting.errors import BadDataset
from training.fitting.rows import Row
from training.studies.checks import SMALLEST, Check, checked_rows, checks_of, planned_checks
from training.studies.plan import Arm, Cell, StudyPlan

ROWS = [Row(id=name, text=name, label="joke") for name in "abc"]
QUALITY = {"a": 0.9, "b": 0.5, "c": 0.1}


def one_cell(*arms: Arm, seeds: int = 1, **classifier: Any) -> tuple[StudyPlan, Cell]:
    plan = StudyPlan(
        title="t", projects=("p",), arms=arms, classifiers={"m": classifier}, seeds=seeds
    )
    return plan, next(plan.cells())


def arm(name: str = "imp", *, keep: float = 0.0, **config: Any) -> Arm:
    return Arm(name=name, source="synthetic", config=config, quality="real@200", keep_quality=keep)


def test_most_cells_need_no_checker() -> None:
    plan, cell = one_cell(Arm(name="a", source="real"))

    assert checks_of(plan, cell).all() == []


def test_imp_needs_a_quality_and_a_diversity_checker() -> None:
    plan, cell = one_cell(arm(loss="imp"))

    checks = checks_of(plan, cell)

    assert checks.quality is not None
    assert checks.diversity is not None
    assert (checks.quality.source, checks.quality.judged) == ("real@200", "synthetic")
    assert (checks.diversity.source, checks.diversity.judged) == ("synthetic", "synthetic")


@pytest.mark.parametrize("needy", [arm(loss="dimp"), arm(keep=0.5)])
def test_dimp_and_a_filter_need_the_quality_checker_alone(needy: Arm) -> None:
    plan, cell = one_cell(needy)

    checks = checks_of(plan, cell)

    assert checks.quality is not None
    assert checks.diversity is None


def test_a_checker_learns_plainly_whatever_its_arm_does() -> None:
    settings: dict[str, Any] = {
        "loss": "imp",
        "weight_high": 5.0,
        "class_weights": "balanced",
        "max_steps": 7,
    }
    plan, cell = one_cell(arm(**settings), max_steps=50, save_model=True, learning_rate=1e-3)

    (config, _) = (check.config for check in checks_of(plan, cell).all())

    assert (config.loss, config.weight_high, config.class_weights) == ("cross_entropy", 0.0, "")
    assert (config.max_steps, config.learning_rate, config.save_model) == (50, 1e-3, False)


def test_arms_share_checkers_and_seeds_do_not() -> None:
    plan, _ = one_cell(arm("imp", loss="imp"), arm("dimp", loss="dimp"), arm("cut", keep=0.5))
    twice, _ = one_cell(arm("imp", loss="imp"), seeds=2)

    assert len(planned_checks(plan)) == 2
    assert len(planned_checks(twice)) == 4
    assert {check.config.seed for _, check in planned_checks(twice)} == {0, 1}
    assert all(isinstance(check, Check) for _, check in planned_checks(plan))


def test_rows_of_too_little_quality_are_dropped_and_the_others_left_alone() -> None:
    _, cell = one_cell(arm(keep=0.5))

    kept = checked_rows(ROWS, cell, quality=QUALITY, diversity=None)

    assert kept == ROWS[:2]


def test_imp_reads_both_columns_and_no_diversity_is_zero() -> None:
    _, cell = one_cell(arm(loss="imp"))

    first, second, _ = checked_rows(
        ROWS, cell, quality=QUALITY, diversity={"a": 0.5, "b": 0.0, "c": 1.0}
    )

    assert (first.quality, first.diversity) == (0.9, 0.5)
    assert (second.quality, second.diversity) == (0.5, SMALLEST)


def test_dimp_reads_quality_alone() -> None:
    _, cell = one_cell(arm(loss="dimp"))

    first, *_ = checked_rows(ROWS, cell, quality=QUALITY, diversity=None)

    assert (first.quality, first.diversity) == (0.9, None)


def test_a_filter_that_leaves_nothing_gets_a_sentence() -> None:
    _, cell = one_cell(arm("strict", keep=0.95))

    with pytest.raises(BadDataset, match=r"Arm 'strict' .* 0.95 or more; none of 3 has that"):
        checked_rows(ROWS, cell, quality=QUALITY, diversity=None)


def test_a_checker_does_not_stop_early() -> None:
    plan, cell = one_cell(arm(loss="imp"), patience=2, evaluate_every=5)

    assert {check.config.patience for check in checks_of(plan, cell).all()} == {0}
