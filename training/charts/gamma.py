"""The first study's figure 2: accuracy on test rows with agreement of γ or more, by arm."""

from __future__ import annotations

from curation.reporting import wording
from training.charts.drawing import Drawing
from training.charts.lines import Place, Series, line_charts
from training.studies.report_shape import Board, GammaCurve
from training.studies.report_words import interval


def gamma_chart(board: Board, *, title: str) -> list[Drawing]:
    """No drawing where no test row carries agreement."""
    curves = [curve for curve in board["gammas"] if curve["points"]]
    if not curves:
        return []
    rows = {point["gamma"]: point["rows"] for curve in curves for point in curve["points"]}
    gammas = sorted(rows)
    low, high = gammas[0], gammas[-1]
    spread = (high - low) or 1.0
    places = [
        Place(x=(gamma - low) / spread, words=_digits(gamma), below=f"n = {rows[gamma]:,}")
        for gamma in gammas
    ]
    return line_charts(
        places,
        [_series(curve, gammas) for curve in curves],
        title=title,
        description=" ".join(_described(curve) for curve in curves),
        across="agreement of the test rows, γ or more",
        up="accuracy",
    )


def _digits(gamma: float) -> str:
    """
    >>> _digits(1.0), _digits(0.667)
    ('1.0', '0.67')
    """
    return f"{gamma:.1f}" if round(gamma, 1) == round(gamma, 3) else f"{gamma:.2f}"


def _series(curve: GammaCurve, gammas: list[float]) -> Series:
    fit = []
    if curve["r_squared"] is not None:
        fit.append(f"R² {curve['r_squared']:.2f}")
    if curve["rho"] is not None:
        fit.append(f"ρ {wording.decimal(curve['rho'], 2)}")
    points = tuple((gammas.index(point["gamma"]), point["accuracy"]) for point in curve["points"])
    return Series(name=curve["arm"], points=points, note=", ".join(fit))


def _described(curve: GammaCurve) -> str:
    ends = " and ".join(
        f"{interval(point['accuracy'])} on {point['rows']:,} rows at γ = {_digits(point['gamma'])}"
        for point in (curve["points"][0], curve["points"][-1])
    )
    return f"{curve['arm']}: accuracy {ends}."
