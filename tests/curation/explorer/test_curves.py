import json
from typing import Any

from curation.explorer.curves import (
    GLOBAL,
    HELD_OUT,
    KEEP_ALL,
    RAW,
    WITHIN_LABEL,
    Band,
    Curve,
    Point,
    Recommendation,
    Reference,
    ScoreCurves,
    TestCurve,
    TestPoint,
)

BAND = Band(mean=0.6, low=0.5, high=0.7)


def a_point(value: float, **changed: Any) -> Point:
    bands = dict.fromkeys(
        ("score", "accuracy", "random", "random_within", "against_random"), BAND
    ) | dict.fromkeys(("against_random_within", "against_all"), BAND)
    plain: dict[str, Any] = {"value": value, "kept": 40.0, "share": 0.5, "labels": (0.25, 0.75)}
    return Point(**{**plain, **bands, **changed})


def measured(**changed: Any) -> ScoreCurves:
    curve = Curve(
        kind=GLOBAL, agreement=RAW, balanced=False, points=(a_point(0.6), a_point(1.0, score=None))
    )
    test_curve = TestCurve(
        points=(TestPoint(threshold=0.6, rows=30, accuracy=BAND),),
        slope=None, intercept=None, r_squared=None, rho=None, rho_low=None, rho_high=None,
    )  # fmt: skip
    values: dict[str, Any] = {
        "aggregator": "majority",
        "votes_fingerprint": "abc",
        "measured_at": "2026-11-26T12:00:00+00:00",
        "target": HELD_OUT,
        "examples": 100,
        "scored_rows": 20,
        "train_rows": 80,
        "seeds": 5,
        "label_names": ("joke", "news"),
        "curves": (curve,),
        "references": (Reference(name=KEEP_ALL, score=BAND, accuracy=BAND, against_all=None),),
        "test_curve": test_curve,
        "recommendation": Recommendation(helps=False, sentence="No threshold helps here."),
        "seconds": 1.5,
    }
    return ScoreCurves(**{**values, **changed})


def test_score_curves_come_back_from_json_as_they_went_in() -> None:
    before = measured()

    after = ScoreCurves.from_json(json.loads(json.dumps(before.as_json())))

    assert after == before


def test_score_curves_without_a_test_curve_come_back_too() -> None:
    before = measured(test_curve=None)

    assert ScoreCurves.from_json(json.loads(json.dumps(before.as_json()))) == before


def test_a_curve_is_found_by_how_it_keeps() -> None:
    curves = measured()

    assert curves.curve(GLOBAL) == curves.curves[0]
    assert curves.curve(WITHIN_LABEL) is None
    assert curves.curve(GLOBAL, balanced=True) is None


def test_a_reference_line_is_found_by_its_name() -> None:
    curves = measured()

    assert curves.reference(KEEP_ALL) == curves.references[0]
    assert curves.reference("soft") is None
