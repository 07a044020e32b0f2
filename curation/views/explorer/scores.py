"""The expected scores, as the explorer draws them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from curation.datasets.policy import EQUAL, Policy
from curation.explorer.curves import (
    BALANCED,
    KEEP_ALL,
    SOFT,
    TEST,
    WEIGHTS,
    Band,
    Curve,
    Point,
    ScoreCurves,
)
from curation.reporting.score_curve import Level, ScoreChart, Series, Spot, score_chart
from curation.reporting.wording import left_out_words
from curation.services.exploring.scores import Measured
from curation.views.explorer.difficulty import TestPanel, test_panel
from curation.views.explorer.wording import band_words, percent

TITLES = {
    KEEP_ALL: "Every row",
    SOFT: "Every row, soft labels",
    WEIGHTS: "Every row, weighted by agreement",
    BALANCED: "Every row, labels weighted alike",
}


@dataclass(frozen=True, kw_only=True)
class ScoreRow:
    """One threshold as a row of the table."""

    value: str
    kept: int
    score: str
    random: str
    against: str  # the paired difference
    chosen: bool


@dataclass(frozen=True, kw_only=True)
class Key:
    """One line of the chart."""

    title: str
    role: str  # CSS classes
    score: str


@dataclass(frozen=True, kw_only=True)
class ScorePanel:
    chart: ScoreChart | None
    sentence: str  # what is expected of the policy at hand
    measured: str  # on what, how often
    beside: str  # what the measurement leaves out of the policy at hand; "" for nothing
    keys: list[Key]  # what each line is, with its value at the policy at hand
    rows: list[ScoreRow]
    recommendation: str
    recommended: dict[str, str]  # query of the recommended policy; {} where none helps
    test: TestPanel | None
    fresh: bool


def score_panel(found: Measured, policy: Policy) -> ScorePanel:
    curves = found.curves
    curve = _curve(curves, policy)
    value = policy.threshold if policy.keep_share is None else policy.keep_share
    here = _nearest(curve, value)
    within = curve is not None and curve.kind == "within_label"
    random_title = "Random, same size in each label" if within else "Random, same size"
    return ScorePanel(
        chart=_chart(curves, curve, value, within=within),
        sentence=_sentence(policy, here, within=within),
        measured=_measured(curves),
        beside=_left_out(policy, here),
        keys=_keys(curves, here, random_title, within=within),
        rows=[_row(point, within=within, here=here) for point in curve.points] if curve else [],
        recommendation=curves.recommendation.sentence,
        recommended=_query(curves),
        test=test_panel(curves.test_curve),
        fresh=found.fresh,
    )


def score_words(found: Measured, policy: Policy) -> str:
    """What is expected of `policy`, in a few words; "" where nothing was measured near it."""
    curve = _curve(found.curves, policy)
    here = _nearest(curve, policy.threshold if policy.keep_share is None else policy.keep_share)
    if curve is None or here is None or here.score is None:
        return ""
    random, _ = _random_of(here, within=curve.kind == "within_label")
    beside = "" if random is None else f", random {random.mean:.3f}"
    return f"Expected macro-F1 {here.score.mean:.3f}{beside}."


def _curve(curves: ScoreCurves, policy: Policy) -> Curve | None:
    """The curve that comes nearest to the policy; for everything, the one that holds the balance"""
    kind = "global" if policy.kind in {"global", "per_label"} else "within_label"
    balanced = policy.balance == EQUAL
    return (
        curves.curve(kind, agreement=policy.measure, balanced=balanced)
        or curves.curve(kind, agreement=policy.measure)
        or curves.curve(kind)
    )


def _nearest(curve: Curve | None, value: float | None) -> Point | None:
    """The measured point that tells most about `value`.

    For γ on raw agreement the next one above: where no agreement lies between the two, both keep
    the same rows.
    """
    if curve is None or value is None or not curve.points:
        return None
    if curve.kind == "global" and curve.agreement == "raw":
        above = [point for point in curve.points if point.value >= value - 1e-9]
        return above[0] if above else curve.points[-1]
    return min(curve.points, key=lambda point: abs(point.value - value))


def _random_of(point: Point, *, within: bool) -> tuple[Band | None, Band | None]:
    """Scores of the random subset to compare with, and the paired difference."""
    if within:
        return point.random_within, point.against_random_within
    return point.random, point.against_random


def _sentence(policy: Policy, here: Point | None, *, within: bool) -> str:
    if here is None:
        return "" if policy.kind == "all" else "No single value to mark: see the curve."
    if here.score is None:
        return "Too few labels keep a row here for a classifier to be trained."
    _, against = _random_of(here, within=within)
    return f"Expected macro-F1 {here.score.mean:.3f}. {_verdict(against, here.against_all)}".strip()


def _keys(curves: ScoreCurves, here: Point | None, random_title: str, *, within: bool) -> list[Key]:
    random = None if here is None else _random_of(here, within=within)[0]
    score = None if here is None else here.score
    keys = [
        Key(title="Trained on what is kept", role="line chosen", score=band_words(score)),
        Key(title=random_title, role="line random", score=band_words(random)),
    ]
    for line in curves.references:
        if line.name in TITLES:
            role = f"across {line.name}"
            keys.append(Key(title=TITLES[line.name], role=role, score=band_words(line.score)))
    return keys


def _verdict(against: Band | None, against_all: Band | None) -> str:
    if against is None:
        return ""
    size = f"{abs(against.mean):.3f} {'above' if against.mean >= 0 else 'below'}"
    if against.low <= 0 <= against.high:
        first = "Against random no difference can be seen"
    else:
        first = f"That is {size} random"
    if against_all is None:
        return f"{first}."
    if against_all.low <= 0 <= against_all.high:
        return f"{first}, and none against keeping every row."
    word = "above" if against_all.mean > 0 else "below"
    return f"{first}, and {abs(against_all.mean):.3f} {word} keeping every row."


def _measured(curves: ScoreCurves) -> str:
    left_out = f"{left_out_words(curves.left_out)} " if curves.left_out else ""
    what = "gold test texts" if curves.target == TEST else "judged texts held out in turn"
    return (
        f"Measured with a linear classifier on frozen sentence vectors: {curves.train_rows:,} "
        f"texts to choose from, scored on {curves.scored_rows:,} {what}, {curves.seeds} seeds; "
        f"bands are 95\u00a0% intervals. {left_out}A full fine-tune can differ."
    )


def _left_out(policy: Policy, here: Point | None) -> str:
    left = []
    value = policy.threshold if policy.keep_share is None else policy.keep_share
    if here is not None and value is not None and abs(here.value - value) > 1e-9:
        left.append(f"the value at hand; the scores are those of {here.value:.3g}")
    if policy.kind == "per_label":
        left.append("a γ for each label was not measured; the curve is of one γ for all")
    if policy.min_votes > 1:
        left.append("the minimum of votes")
    if policy.drop_mismatch:
        left.append("dropping what misses the intended label")
    if policy.balance:
        left.append("cutting labels down (measured by weighting them instead)")
    return f"Not in the measurement: {'; '.join(left)}." if left else ""


def _chart(
    curves: ScoreCurves, curve: Curve | None, value: float | None, *, within: bool
) -> ScoreChart | None:
    if curve is None or not curve.points:
        return None
    random = [(point.value, _random_of(point, within=within)[0]) for point in curve.points]
    chosen = [(point.value, point.score) for point in curve.points]
    lowest = min(point.value for point in curve.points)
    return score_chart(
        [_series("Random", "random", random), _series("Kept", "chosen", chosen)],
        [
            Level(title=TITLES[line.name], role=line.name, mean=line.score.mean,
                  low=line.score.low, high=line.score.high)
            for line in curves.references if line.name in TITLES
        ],
        low=min(int(lowest * 10 + 1e-6) / 10, 0.9),
        high=1.0,
        step=0.2 if lowest < 0.4 else 0.1,
        mark=value,
    )  # fmt: skip


def _series(title: str, role: str, bands: Sequence[tuple[float, Band | None]]) -> Series:
    return Series(
        title=title,
        role=role,
        spots=[
            Spot(x=value, mean=band.mean, low=band.low, high=band.high)
            for value, band in bands
            if band is not None
        ],
    )


def _row(point: Point, *, within: bool, here: Point | None) -> ScoreRow:
    random, against = _random_of(point, within=within)
    return ScoreRow(
        value=percent(point.value) if within else f"{point.value:.2f}",
        kept=round(point.kept),
        score=band_words(point.score),
        random=band_words(random),
        against=band_words(against, signed=True),
        chosen=point is here,
    )


def _query(curves: ScoreCurves) -> dict[str, str]:
    advice = curves.recommendation
    if not advice.helps or advice.value is None:
        return {}
    name = "threshold" if advice.kind == "global" else "keep_share"
    query = {"way": str(advice.kind), name: f"{advice.value:g}"}
    if advice.agreement == "posterior":
        query["measure"] = "posterior"
    if curves.aggregator != "majority":
        query["aggregator"] = curves.aggregator
    return query
