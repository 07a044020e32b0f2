"""Agreement in words, and as places on charts."""

from __future__ import annotations

import numpy as np
import pytest

from curation.agreement.overview import Figure, Overview, overview
from curation.reporting.agreement import (
    confused_words,
    figure_chart,
    finding,
    meeting_rows,
    posterior_words,
    spread_chart,
)
from curation.reporting.palette import label_styles
from tests.curation.agreement.voting import votes_of

STYLES = label_styles([("joke", "Joke"), ("news", "News")])


def seen(answers: list[dict[int, int]]) -> Overview:
    votes = votes_of(answers)
    people = int(votes.worker.max()) + 1
    return overview(
        votes,
        label_names=["Joke", "News"],
        annotator_names=[f"P{code}" for code in range(people)],
    )


def figure(value: float | None, low: float | None, high: float | None) -> Figure:
    return Figure(name="nominal_alpha", value=value, low=low, high=high, n=9, reason="")


AGREED = [{0: label, 1: label} for label in (0, 1)] * 30
CROSSED = [{0: a, 1: b} for a in (0, 1) for b in (0, 1)] * 15
OPPOSED = [{0: label, 1: 1 - label} for label in (0, 1)] * 30


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        (AGREED, "mostly see the same"),
        (AGREED + CROSSED[:20], "often see the same"),
        (AGREED + CROSSED, "see many texts differently"),
        (CROSSED, "No agreement beyond chance"),
        (OPPOSED, "less than chance"),
    ],
)
def test_the_finding_says_no_more_than_the_interval(
    answers: list[dict[int, int]], words: str
) -> None:
    assert words in finding(seen(answers))


def test_the_finding_gives_the_reason_where_nothing_can_be_measured() -> None:
    assert finding(seen([{0: 1}])).endswith("so nobody can agree or disagree.")


def test_few_votes_make_raw_agreement_too_high() -> None:
    words = posterior_words(seen(CROSSED))

    assert words.startswith("With 2.0 votes per text, raw agreement is 0.")
    assert "higher on average than more votes would show" in words


def test_chance_stands_on_the_axis_and_everything_inside_it() -> None:
    high = figure_chart([figure(0.5, 0.4, 0.6)])
    low = figure_chart([figure(-0.1, -0.15, 0.1)])
    lowest = figure_chart([figure(-0.9, -1.0, -0.8), figure(None, None, None)])

    assert high.zero == 0
    assert (high.rows[0].low, high.rows[0].dot, high.rows[0].high) == (40, 50, 60)
    assert low.zero == pytest.approx(100 / 6, abs=0.01)
    assert lowest.zero == 50
    assert lowest.rows[1].dot is None


def test_both_histograms_count_every_text_at_one_scale() -> None:
    chart = spread_chart(seen(CROSSED))

    raw, posterior = chart.spreads
    assert sum(bar.examples for bar in raw.bars) == 60
    assert sum(bar.examples for bar in posterior.bars) == 60
    assert [bar.agreement for bar in raw.bars] == [0.5, 1.0]
    assert raw.bars[0].height == raw.bars[1].height


def test_labels_meet_row_by_row() -> None:
    rows = meeting_rows(seen(CROSSED).meetings, STYLES)

    assert [row.label.title for row in rows] == ["Joke", "News"]
    assert [cell.share for cell in rows[0].cells] == ["50\u00a0%", "50\u00a0%"]
    assert [cell.same for cell in rows[0].cells] == [True, False]


def test_confused_labels_are_told_with_how_often_and_what_it_means() -> None:
    found = seen(CROSSED)

    (sentence,) = confused_words(found.confused, STYLES)

    # 30 of 60 texts; 60 of 120 votes met by another, 2 · 60 · 60 / 119 by chance
    assert sentence.startswith("“Joke” and “News” are named on the same 30 texts, 1.0 times")
    assert confused_words(seen(AGREED).confused, STYLES) == []


def test_an_overview_survives_being_kept() -> None:
    found = seen(CROSSED)

    assert Overview.from_json(found.as_json()) == found
    assert np.isfinite([one.expected for one in found.reach]).all()
