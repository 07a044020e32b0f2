from __future__ import annotations

from training.studies.plan import Arm
from training.studies.report_amounts import amount_curves
from training.studies.report_shape import AmountCurve, ArmScores


def curves(*arms: Arm) -> list[AmountCurve]:
    return amount_curves(arms, [scored(arm.name) for arm in arms])


def arm(source: str, **config: float) -> Arm:
    return Arm(name=f"{source} {config}" if config else source, source=source, config=config)


def scored(name: str, rows: int = 900) -> ArmScores:
    return {
        "arm": name,
        "seeds": 1,
        "train_rows": [rows, rows],
        "steps": None,
        "macro_f1": {"mean": 0.5, "low": 0.4, "high": 0.6},
        "macro_f1_std": None,
        "accuracy": None,
        "accuracy_std": None,
        "collapsed": 0,
        "labels": [],
        "unfinished": [],
        "reference": {},
    }


def amounts(curve: AmountCurve) -> list[int]:
    return [point["amount"] for point in curve["points"]]


def test_amounts_of_one_source_make_a_curve_by_rising_amount() -> None:
    found = curves(arm("real@300"), arm("real@100"), arm("real"))

    assert [(one["title"], amounts(one)) for one in found] == [("real@N", [100, 300, 900])]


def test_what_is_added_to_a_fixed_part_begins_at_zero() -> None:
    found = curves(arm("real@100"), arm("real@100+synthetic@300"), arm("real@100+synthetic@1000"))

    assert [(one["title"], amounts(one)) for one in found] == [
        ("real@100+synthetic@N", [0, 300, 1000])
    ]


def test_with_and_without_an_addition_is_no_curve() -> None:
    assert curves(arm("real@100"), arm("real@100+synthetic@300")) == []


def test_both_parts_may_be_varied() -> None:
    found = curves(arm("real@100+synthetic@300"), arm("real@200+synthetic@300"))

    assert [one["title"] for one in found] == ["real@N+synthetic@300"]


def test_arms_that_learn_differently_are_different_curves() -> None:
    found = curves(
        arm("real@100"), arm("real@200"), arm("real@100", rate=2), arm("real@200", rate=2)
    )

    assert [one["title"] for one in found] == ["real@N", "real@N (rate 2)"]


def test_one_amount_is_no_curve_and_arms_without_a_score_are_left_out() -> None:
    unscored: ArmScores = {**scored("real@200"), "macro_f1": None}

    found = amount_curves([arm("real@100"), arm("real@200")], [scored("real@100"), unscored])

    assert found == []


def test_amounts_of_each_label_are_a_curve_of_their_own() -> None:
    found = curves(arm("real@50each"), arm("real@150each"), arm("real"))

    assert [(one["title"], amounts(one)) for one in found] == [("real@Neach", [50, 150])]
