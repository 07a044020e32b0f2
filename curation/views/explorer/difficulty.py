"""The first study's figure: whether agreement tells which texts are hard."""

from __future__ import annotations

from dataclasses import dataclass

from curation.explorer.curves import TestCurve
from curation.reporting.score_curve import ScoreChart, Series, Spot, score_chart
from curation.views.explorer.wording import band_words


@dataclass(frozen=True, kw_only=True)
class TestPanel:
    """The first study's figure: accuracy on test rows by their own agreement."""

    chart: ScoreChart | None
    sentence: str
    rows: list[tuple[str, int, str]]  # γ, test rows, accuracy

    __test__ = False  # not a test class


def test_panel(curve: TestCurve | None) -> TestPanel | None:
    if curve is None or not curve.points:
        return None
    spots = [
        Spot(x=point.threshold, mean=point.accuracy.mean, low=point.accuracy.low,
             high=point.accuracy.high)
        for point in curve.points
    ]  # fmt: skip
    series = [Series(title="Accuracy", role="chosen", spots=spots)]
    if curve.slope is not None and curve.intercept is not None and len(spots) > 1:
        ends = [(spot.x, curve.intercept + curve.slope * spot.x) for spot in (spots[0], spots[-1])]
        line = [Spot(x=x, mean=score, low=score, high=score) for x, score in ends]
        series.insert(0, Series(title="Straight line", role="fit", spots=line))
    low = min(int(spots[0].x * 10 + 1e-6) / 10, 0.9)
    return TestPanel(
        chart=score_chart(series, [], low=low, high=1.0, step=0.1),
        sentence=_test_sentence(curve),
        rows=[(f"{p.threshold:.2f}", p.rows, band_words(p.accuracy)) for p in curve.points],
    )


def _test_sentence(curve: TestCurve) -> str:
    words = []
    if curve.r_squared is not None:
        words.append(f"a straight line explains R² = {curve.r_squared:.2f} of it")
    if curve.rho is not None:
        ends = ""
        if curve.rho_low is not None and curve.rho_high is not None:
            ends = f" ({curve.rho_low:.2f} to {curve.rho_high:.2f})"
        words.append(f"Spearman’s ρ = {curve.rho:.2f}{ends}")
    told = f": {', '.join(words)}" if words else ""
    return f"Accuracy on test texts, by how far people agree on them{told}.".replace("-", "−")
