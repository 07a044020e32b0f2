"""Figures of one kind each, on cases countable by hand."""

from __future__ import annotations

import numpy as np
import pytest

from curation.quality import ATTENTION, GOLD, REPEAT, VOTE
from curation.quality.estimates import Estimate, jeffreys, probability_below
from curation.quality.known import accuracy, self_consistency, skip_share
from curation.quality.peers import peer_agreement
from curation.quality.speed import too_fast, typical_seconds
from tests.curation.quality.crowds import Row, make_answers


def value(estimate: Estimate | None) -> float:
    assert estimate is not None
    return estimate.value


def test_gold_and_attention_are_counted_apart_and_skips_in_neither() -> None:
    rows = [(0, 0, 1, GOLD), (1, 0, 0, GOLD), (2, 0, 1, ATTENTION), (3, 0, -1, GOLD), (4, 0, 1, 0)]
    answers = make_answers(rows, gold={0: 1, 1: 1, 2: 1, 3: 1, 4: 0})

    gold, attention = accuracy(answers, GOLD)[0], accuracy(answers, ATTENTION)[0]

    assert gold is not None
    assert (gold.value, gold.n) == (0.5, 2)
    assert attention is not None
    assert (attention.value, attention.n) == (1.0, 1)
    assert value(skip_share(answers)[0]) == pytest.approx(1 / 5)


def test_somebody_without_gold_items_has_no_gold_figure() -> None:
    answers = make_answers([(0, 0, 1, GOLD), (0, 1, 1, VOTE)], gold={0: 1})

    assert accuracy(answers, GOLD)[1] is None


def test_a_repeat_is_compared_with_the_first_answer_unless_that_was_a_skip() -> None:
    first = [(0, 0, 0, VOTE), (1, 0, 1, VOTE), (2, 0, -1, VOTE)]
    again = [(0, 0, 0, REPEAT), (1, 0, 0, REPEAT), (2, 0, 1, REPEAT)]

    found = self_consistency(make_answers(first + again))[0]

    assert found is not None
    assert (found.value, found.n) == (0.5, 2)
    assert found.expected == pytest.approx(0.6**2 + 0.4**2)


def test_agreement_with_peers_is_1_for_the_agreed_0_for_one_button_and_negative_for_opposition(
) -> None:  # fmt: skip
    truth = [0, 1, 0, 1, 1, 0, 1, 0]
    rows: list[Row] = []
    for task, label in enumerate(truth):
        rows += [(task, worker, label, VOTE) for worker in range(6)]
        rows += [(task, 6, 0, VOTE), (task, 7, 1 - label, VOTE)]

    found = [value(one) for one in peer_agreement(make_answers(rows))]

    assert found[0] == pytest.approx(1 - 2 * (1 / 7 + 1 / 14), abs=0.01)
    assert found[6] == pytest.approx(0.0)
    assert found[7] < -0.7


def test_agreement_leaves_out_tasks_without_peers() -> None:
    rows = [(0, 0, 0, VOTE), (0, 1, 0, VOTE), (1, 0, 1, VOTE), (1, 1, 1, VOTE), (2, 0, 1, VOTE)]

    found = peer_agreement(make_answers(rows))[0]

    assert found is not None
    assert (found.value, found.n) == (1.0, 2)


def test_the_middle_time_has_the_interval_of_its_ranks() -> None:
    rows = [(task, 0, 0, VOTE) for task in range(9)]

    found = typical_seconds(make_answers(rows, seconds=[1, 2, 3, 4, 5, 6, 7, 8, 90]))[0]

    assert found == Estimate(value=5.0, low=2.0, high=8.0, n=9)


def test_an_answer_is_too_fast_only_against_peers_and_reading_time_together() -> None:
    rows = [(task, worker, 0, VOTE) for worker in range(4) for task in range(10)]
    # Peers take 6 s for 200 characters. The second takes 1 s; the third a quick but possible 5.6 s.
    seconds = [6.0] * 10 + [1.0] * 10 + [5.6] * 10 + [6.0] * 10

    found = too_fast(make_answers(rows, seconds=seconds, length=[200] * 40))
    of_short_texts = too_fast(make_answers(rows, seconds=seconds, length=[10] * 40))

    assert [value(one) for one in found] == [0, 1, 0, 0]
    assert [value(one) for one in of_short_texts] == [0, 0, 0, 0]


def test_without_lengths_peers_alone_tell_what_is_too_fast() -> None:
    rows = [(task, worker, 0, VOTE) for worker in range(5) for task in range(4)]

    found = too_fast(make_answers(rows, seconds=[3.0] * 12 + [0.9] * 4 + [0.2] * 4))

    assert [value(one) for one in found] == [0, 0, 0, 1, 1]


def test_nobody_is_too_fast_where_no_times_are_known() -> None:
    assert too_fast(make_answers([(0, 0, 0, VOTE)])) == [None]


@pytest.mark.parametrize(("share", "n"), [(0.2, 10), (0.5, 40), (0.9, 20)])
def test_a_95_percent_interval_holds_the_truth_about_as_often_as_it_says(
    share: float, n: int
) -> None:
    hits = np.random.default_rng(1).binomial(n, share, size=4_000).astype(float)

    low, high = jeffreys(hits, np.full(len(hits), float(n)))

    assert 0.92 <= ((low <= share) & (share <= high)).mean() <= 0.99


def test_the_probability_below_a_limit_grows_with_the_limit() -> None:
    estimate = Estimate(value=0.3, low=0.1, high=0.6, n=10)

    found = [probability_below(estimate, limit) for limit in (0.1, 0.3, 0.5, 0.9)]

    assert found == sorted(found)
    assert found[-1] > 0.999


def test_an_estimate_as_json_leaves_out_what_is_unknown() -> None:
    estimate = Estimate(value=1 / 3, low=0.0, high=1.0, n=3, p_value=float("nan"))

    assert estimate.as_json() == {"value": 0.3333, "low": 0.0, "high": 1.0, "n": 3}
