"""Charts of the explorer: numbers → places."""

from __future__ import annotations

import pytest

from curation.reporting import label_styles
from curation.reporting.kept_histogram import BINS, HEIGHT, Level, kept_histogram
from curation.reporting.score_curve import Level as Line
from curation.reporting.score_curve import Series, Spot, score_chart

STYLES = label_styles([("joke", "Joke"), ("news", "News")])


def level(label: int, agreement: float, kept: int, dropped: int) -> Level:
    return Level(label=label, agreement=agreement, kept=kept, dropped=dropped)


def test_a_line_at_a_value_stands_at_the_left_edge_of_its_bar() -> None:
    chart = kept_histogram([level(0, 0.8, 3, 0), level(1, 1.0, 1, 0)], STYLES, cuts=[0.8, None])

    assert chart is not None
    bar, line = chart.panels[0].bars[0], chart.panels[0].cut_x
    assert line is not None
    assert 0 < bar.x - line < 100 * 0.1 / BINS / (chart.high - chart.low)
    assert chart.panels[1].cut_x is None


def test_what_is_dropped_stands_on_what_is_kept() -> None:
    chart = kept_histogram([level(0, 0.6, 1, 3), level(0, 0.62, 1, 1)], STYLES, cuts=[None, None])

    assert chart is not None
    bar = chart.panels[0].bars[0]
    assert (bar.kept, bar.dropped) == (2, 4)
    assert bar.kept_y + bar.kept_height == pytest.approx(HEIGHT - 1)
    assert bar.dropped_y + bar.dropped_height == pytest.approx(bar.kept_y)
    assert bar.dropped_height == pytest.approx(2 * bar.kept_height, abs=0.02)


def test_the_axis_takes_in_a_line_below_every_bar() -> None:
    chart = kept_histogram([level(0, 1.0, 1, 0)], STYLES, cuts=[0.23, None])

    assert chart is not None
    assert chart.low == pytest.approx(0.2)


def test_nothing_judged_is_no_chart() -> None:
    assert kept_histogram([], STYLES, cuts=[None, None]) is None
    assert score_chart([], [], low=0.0, high=1.0, step=0.1) is None


def test_a_higher_score_stands_higher_and_its_band_around_it() -> None:
    spots = [Spot(x=0.5, mean=0.5, low=0.48, high=0.52), Spot(x=1.0, mean=0.6, low=0.58, high=0.62)]
    levels = [Line(title="Every row", role="keep_all", mean=0.55, low=0.54, high=0.56)]

    chart = score_chart(
        [Series(title="Kept", role="chosen", spots=spots)],
        levels,
        low=0.5,
        high=1.0,
        step=0.1,
        mark=0.75,
    )

    assert chart is not None
    (left, first), (right, second) = chart.lines[0].dots
    assert (left, right, chart.mark) == (0.0, 100.0, 50.0)
    assert first > chart.across[0].y > second
    assert len(chart.lines[0].band.split()) == 4


def test_a_mark_outside_the_axis_is_not_drawn() -> None:
    spots = [Spot(x=0.5, mean=0.5, low=0.5, high=0.5)]

    chart = score_chart(
        [Series(title="Kept", role="chosen", spots=spots)],
        [],
        low=0.5,
        high=1.0,
        step=0.1,
        mark=0.2,
    )

    assert chart is not None
    assert chart.mark is None
    assert chart.lines[0].band == ""
