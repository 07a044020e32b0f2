from __future__ import annotations

from training.studies.plan import Arm, StudyPlan
from training.studies.report_gaps import real_beside


def beside(source: str, *real: Arm, pairs: tuple[tuple[str, str], ...] = ()) -> str | None:
    arm = Arm(name="made", source=source)
    plan = StudyPlan(
        title="t", projects=("p",), arms=(arm, *real), classifiers={"m": {}}, pairs=pairs
    )
    found = real_beside(plan, arm)
    return None if found is None else found.name


ALL, FEW, SAME = (
    Arm(name="all", source="real"),
    Arm(name="few", source="real@50"),
    Arm(name="same", source="real@150each"),
)


def test_the_planned_pair_decides_whichever_way_it_is_written() -> None:
    assert beside("synthetic", ALL, FEW, pairs=(("few", "made"),)) == "few"
    assert beside("synthetic", ALL, FEW, pairs=(("made", "few"),)) == "few"


def test_else_the_arm_of_the_same_amount_and_else_the_largest() -> None:
    assert beside("method:few_shot@150each", ALL, FEW, SAME) == "same"
    assert beside("method:few_shot@70", ALL, FEW) == "all"


def test_an_arm_with_real_text_has_no_gap_and_weighted_real_text_is_no_yardstick() -> None:
    weighted = Arm(name="weighted", source="real", config={"class_weights": "balanced"})

    assert beside("real@10+synthetic", ALL) is None
    assert beside("synthetic", weighted) is None
