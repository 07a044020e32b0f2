"""Numbers for a policy, against the same numbers counted row by row."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from curation.datasets.keeping import KEPT, drop_reasons
from curation.datasets.policy import Policy
from curation.explorer import evidence as evidence_module
from curation.explorer.evidence import Flags
from curation.explorer.evidence_answers import answer, counterpart, margin, votes_kept
from tests.curation.explorer.crowds import Crowd, crowd_of, make_crowd

CROWD = make_crowd(7, n=60)
POLICIES = [
    Policy(threshold=0.8),
    Policy(keep_share=0.37, min_votes=2),
    Policy(keep_share=0.6, measure="posterior", drop_mismatch=True),
    Policy(keep_share=0.6, balance="equal"),
    Policy(threshold=0.6, balance="as_judged"),
]


def kept_by_rows(crowd: Crowd, policy: Policy) -> Flags:
    return drop_reasons(crowd.judged, policy) == KEPT


@pytest.mark.parametrize("policy", POLICIES)
def test_length_is_told_as_if_counted_row_by_row(policy: Policy) -> None:
    found = answer(CROWD.evidence, policy)

    kept, length = kept_by_rows(CROWD, policy), CROWD.facts.length
    assert found.length is not None
    assert found.length.kept == pytest.approx(length[kept].mean())
    difference = (length[kept].mean() - length.mean()) / length.std()
    assert found.length.difference == pytest.approx(difference)


@pytest.mark.parametrize("policy", POLICIES)
def test_topics_are_told_as_if_counted_row_by_row(policy: Policy) -> None:
    found = answer(CROWD.evidence, policy)

    kept, topic = kept_by_rows(CROWD, policy), CROWD.facts.topic
    assert topic is not None
    here = np.array([(topic[kept] == one).sum() for one in range(2)])
    there = np.array([(topic == one).sum() for one in range(2)])
    gap = here / here.sum() - there / there.sum()
    assert found.topics is not None
    assert found.topics.distance == pytest.approx(np.abs(gap).sum() / 2)
    assert found.topics.loses == gap.argmin()


@pytest.mark.parametrize("policy", POLICIES)
def test_votes_behind_the_kept_rows_are_those_of_the_kept_rows(policy: Policy) -> None:
    found = answer(CROWD.evidence, policy)
    kept, judged = votes_kept(CROWD.evidence, found.selection)

    rows = kept_by_rows(CROWD, policy)[CROWD.facts.vote_row]
    assert kept.tolist() == np.bincount(CROWD.facts.voter[rows], minlength=6).tolist()
    assert judged.tolist() == np.bincount(CROWD.facts.voter, minlength=6).tolist()


def test_with_too_many_annotators_for_a_table_votes_are_counted_by_rows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(evidence_module, "MOST_CELLS", 0)
    crowd = make_crowd(7, n=60)

    for policy in POLICIES:
        found = answer(crowd.evidence, policy)
        assert found.voters == answer(CROWD.evidence, policy).voters


def small() -> Crowd:
    """Two labels: joke agreed 1, 0.8, 0.6; news 1, 0.6; five votes each."""
    counts = np.array([[5, 0, 0], [4, 1, 0], [3, 2, 0], [0, 5, 0], [0, 3, 2]])
    return crowd_of(
        counts,
        row=np.repeat(np.arange(5), 5),
        voter=np.tile(np.arange(5), 5),
        intended=np.full(5, -1),
        noise=np.zeros(5),
        length=np.array([10, 20, 30, 40, 50]),
        topic=np.full(5, -1),
        topics=0,
    )


def test_a_small_case_can_be_counted_by_eye() -> None:
    crowd = small()

    found = answer(crowd.evidence, Policy(threshold=0.8))

    assert (found.n_judged, found.n_kept) == (5, 3)
    assert found.kept.tolist() == [2, 1, 0]
    assert found.minority == 1
    assert found.length is not None
    assert (found.length.kept, found.length.judged) == pytest.approx((70 / 3, 30))
    assert found.topics is None


def test_rows_at_the_margin_take_labels_in_turn_nearest_first() -> None:
    crowd = small()
    found = answer(crowd.evidence, Policy(threshold=0.8))

    stay = margin(crowd.evidence, found.selection, kept=True, first=0, size=2)
    go = margin(crowd.evidence, found.selection, kept=False, first=0, size=20)

    assert crowd.evidence.rows.key[stay.places].tolist() == [101, 103]
    assert crowd.evidence.rows.key[go.places].tolist() == [102, 104]
    assert (stay.total, go.total) == (3, 2)


def test_the_margin_goes_on_page_by_page_without_repeating_itself() -> None:
    found = answer(CROWD.evidence, Policy(keep_share=0.7))
    pages = [
        margin(CROWD.evidence, found.selection, kept=True, first=first, size=7)
        for first in range(0, 60, 7)
    ]

    places = np.concatenate([page.places for page in pages])

    assert len(places) == len(set(places.tolist())) == found.n_kept


@pytest.mark.parametrize("policy", [Policy(keep_share=0.6), Policy(threshold=0.8)])
def test_the_other_way_keeps_about_as_many(policy: Policy) -> None:
    other = counterpart(CROWD.evidence, policy)

    assert other is not None
    assert other.kind != policy.kind
    back = counterpart(CROWD.evidence, other)
    assert back is not None
    gap = answer(CROWD.evidence, other).n_kept - answer(CROWD.evidence, policy).n_kept
    assert abs(gap) <= 15  # agreement takes few values, so γ cannot hit every number


def test_keeping_everything_has_no_other_way() -> None:
    assert counterpart(CROWD.evidence, Policy(keep_all=True)) is None


def test_nothing_kept_has_no_length_no_topics_and_no_votes() -> None:
    policy = replace(Policy(threshold=0.8), min_votes=99)

    found = answer(CROWD.evidence, policy)

    assert (found.n_kept, found.length, found.topics, found.voters) == (0, None, None, None)
