"""Charts by cases small enough to count by hand."""

from __future__ import annotations

import pytest

from curation.reporting import (
    LabelOutcome,
    LabelStyle,
    ScoredSource,
    agreement_histogram,
    interval_chart,
    mirrored_bars,
    stacked_bar,
)
from curation.reporting.mirrored import common_scale
from curation.reporting.scale import Axis, covering

JOKE = LabelStyle(name="joke", title="Joke", position=0)
NEWS = LabelStyle(name="news", title="News", position=1)


def outcome(label: LabelStyle, kept: int, dropped: int) -> LabelOutcome:
    return LabelOutcome(label=label, kept=kept, dropped=dropped)


def source(key: str, mean: float, *, low: float, high: float) -> ScoredSource:
    return ScoredSource(
        key=key,
        title=key,
        role="plain",
        mean=mean,
        std=0.01,
        low=low,
        high=high,
        seeds=3,
        train_rows=10,
        accuracy_mean=mean,
        accuracy_std=0.01,
        accuracy_low=low,
        accuracy_high=high,
        collapsed=False,
    )


def test_a_histogram_says_which_bars_a_threshold_keeps() -> None:
    chart = agreement_histogram(
        {(0, 0.6): 2, (0, 0.8): 1, (1, 1.0): 4}, [JOKE, NEWS], threshold=0.8
    )

    assert chart is not None
    joke, news = chart.panels
    assert [(bar.agreement, bar.examples, bar.kept) for bar in joke.bars] == [
        (0.6, 2, False),
        (0.8, 1, True),
    ]
    assert (joke.examples, news.examples, chart.examples) == (3, 4, 7)


def test_all_panels_of_a_histogram_share_one_scale() -> None:
    chart = agreement_histogram({(0, 1.0): 1, (1, 1.0): 4}, [JOKE, NEWS])

    assert chart is not None
    joke, news = chart.panels
    assert news.bars[0].height == pytest.approx(4 * joke.bars[0].height)
    assert news.bars[0].x == joke.bars[0].x


def test_shares_between_two_bins_go_to_the_nearer_one() -> None:
    chart = agreement_histogram({(0, 2 / 3): 1, (0, 0.65): 1}, [JOKE, NEWS])

    assert chart is not None
    assert [(bar.agreement, bar.examples) for bar in chart.panels[0].bars] == [(0.65, 2)]


def test_a_histogram_of_nothing_is_no_chart() -> None:
    assert agreement_histogram({}, [JOKE, NEWS]) is None


def test_bars_of_a_histogram_stay_inside_the_drawing() -> None:
    chart = agreement_histogram({(0, 0.5): 9, (1, 1.0): 1}, [JOKE, NEWS], threshold=0.6)

    assert chart is not None
    for panel in chart.panels:
        for bar in panel.bars:
            assert bar.x >= 0
            assert bar.x + bar.width <= 100
            assert bar.y >= 0


def test_mirrored_bars_meet_in_the_middle_and_grow_outwards() -> None:
    chart = mirrored_bars([outcome(JOKE, kept=2, dropped=4), outcome(NEWS, kept=4, dropped=0)])

    joke, news = chart.rows
    assert joke.dropped_x + joke.dropped_width == pytest.approx(chart.middle)
    assert news.kept_width == pytest.approx(2 * joke.kept_width)
    assert joke.dropped_width == pytest.approx(2 * joke.kept_width)
    assert news.dropped_width == 0


def test_two_mirrored_charts_can_share_a_scale() -> None:
    charts = [[outcome(JOKE, kept=1, dropped=9)], [outcome(JOKE, kept=8, dropped=2)]]

    scale = common_scale(charts)
    first, second = (mirrored_bars(chart, scale=scale) for chart in charts)

    assert first.middle == second.middle
    assert second.rows[0].kept_width == pytest.approx(8 * first.rows[0].kept_width, abs=0.01)


def test_mirrored_bars_of_nothing_have_no_width() -> None:
    chart = mirrored_bars([outcome(JOKE, kept=0, dropped=0)])

    assert chart.rows[0].kept_width == chart.rows[0].dropped_width == 0


def test_a_bar_of_nothing_has_no_width() -> None:
    assert [part.width for part in stacked_bar([(JOKE, 0), (NEWS, 0)])] == [0.0, 0.0]


def test_an_interval_contains_its_dot() -> None:
    chart = interval_chart(
        [source("a", 0.6, low=0.55, high=0.66), source("b", 0.4, low=0.4, high=0.5)]
    )

    assert chart is not None
    for row in chart.rows:
        assert 0 <= row.low <= row.dot <= row.high <= 100


def test_no_sources_make_no_chart() -> None:
    assert interval_chart([]) is None


@pytest.mark.parametrize("values", [[0.5], [0.0, 1.0], [0.501, 0.502], [0.98, 1.0], [1.0, 1.0]])
def test_an_axis_covers_its_values_with_few_ticks(values: list[float]) -> None:
    axis, step = covering(values)

    ticks = axis.ticks(step=step)
    assert axis.low <= min(values) <= max(values) <= axis.high
    assert 2 <= len(ticks) <= 6
    assert len({tick.text for tick in ticks}) == len(ticks)


def test_values_beyond_an_axis_stay_at_its_end() -> None:
    assert Axis(low=0.0, high=0.5).at(0.9) == 100.0
