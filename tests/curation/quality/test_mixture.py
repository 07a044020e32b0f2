"""Who is attentive, careless or adversarial, and what must not be taken for either."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from curation.quality import GOLD, REPEAT, VOTE, Answers, votes_only
from curation.quality.mixture import annotator_types, peers_of_all
from curation.quality.types import (
    ADVERSARIAL,
    ATTENTIVE,
    CARELESS,
    KINDS,
    LEANING,
    OWN_VIEW,
    starting_shares,
)
from tests.curation.quality.crowds import Row, crowd_answers, make_answers

READERS = {"expert": 4, "ordinary": 8}


def joined(*parts: Answers) -> Answers:
    """Answers to the same tasks by the same people, one after the other."""
    first = parts[0]
    columns = ("task", "worker", "label", "seconds", "order", "length", "purpose")
    return replace(
        first, **{name: np.concatenate([getattr(p, name) for p in parts]) for name in columns}
    )


def crossed(views: list[list[int]], *, n_labels: int = 2) -> Answers:
    """Everybody answers every task: one list of labels for each annotator."""
    rows = [
        (task, worker, label, VOTE)
        for worker, labels in enumerate(views)
        for task, label in enumerate(labels)
    ]
    return make_answers(rows, n_labels=n_labels)


def test_careless_and_adversarial_annotators_are_told_from_readers() -> None:
    answers = crowd_answers({**READERS, "careless": 2, "adversarial": 1}, n_labels=2, tasks=140)

    found = annotator_types(answers).probability

    assert (found[:12, ATTENTIVE] > 0.8).all()
    assert (found[12:14, CARELESS] > 0.8).all()
    assert found[14, ADVERSARIAL] > 0.6


def test_the_order_of_answers_changes_nothing() -> None:
    answers = crowd_answers({**READERS, "careless": 2})
    shuffled = answers.where(np.random.default_rng(0).permutation(len(answers.task)))

    first, second = annotator_types(answers), annotator_types(shuffled)

    assert np.allclose(first.probability, second.probability, atol=1e-9)


def test_one_button_is_careless_and_half_a_bias_is_not() -> None:
    answers = crowd_answers({**READERS, "one_button": 1, "biased": 2}, tasks=250)

    found = annotator_types(answers).probability

    assert found[12, CARELESS] > 0.8
    assert (found[13:, LEANING] > 0.5).all()


def test_contested_texts_make_nobody_careless() -> None:
    dice = np.random.default_rng(3)
    agreed = dice.integers(2, size=30).tolist()
    views = [agreed + dice.integers(2, size=30).tolist() for _ in range(10)]

    found = annotator_types(crossed(views)).probability

    assert (found[:, ATTENTIVE] > 0.9).all()


def test_a_minority_of_two_who_see_the_same_has_a_view_of_its_own() -> None:
    dice = np.random.default_rng(4)
    usual, other, chance = (dice.integers(2, size=60).tolist() for _ in range(3))
    majority = [[x if dice.random() < 0.9 else 1 - x for x in usual] for _ in range(10)]
    minority = [[x if dice.random() < 0.9 else 1 - x for x in other] for _ in range(2)]

    found = annotator_types(crossed([*majority, *minority, chance])).probability

    assert (found[10:12, OWN_VIEW] > 0.9).all()
    assert found[12, CARELESS] > 0.8


def test_repeating_oneself_tells_a_view_from_a_whim() -> None:
    dice = np.random.default_rng(6)
    usual, odd = dice.integers(2, size=40), dice.integers(2, size=40)
    rows: list[Row] = [
        (task, worker, int(usual[task]), VOTE) for task in range(40) for worker in range(6)
    ]
    rows += [(task, 6 + whim, int(odd[task] ^ whim), VOTE) for task in range(40) for whim in (0, 1)]
    again = [(task, 6, int(odd[task]), REPEAT) for task in range(12)]
    whims = [(task, 7, int(dice.integers(2)), REPEAT) for task in range(12)]

    found = annotator_types(make_answers(rows + again + whims)).probability

    assert found[6, CARELESS] < 0.2
    assert found[7, CARELESS] > 0.8


def test_gold_answered_right_speaks_for_an_annotator_and_wrong_against() -> None:
    crowd = crowd_answers({**READERS, "careless": 2}, tasks=60)
    before = annotator_types(crowd).probability[12:, ATTENTIVE]
    rows: list[Row] = []
    for item in range(9):
        task = crowd.n_tasks + item
        rows += [(task, 12, item % 3, GOLD), (task, 13, (item + 1 + item // 3 % 2) % 3, GOLD)]
    gold = np.concatenate([crowd.gold, np.arange(9) % 3])
    with_gold = replace(joined(crowd, make_answers(rows, n_labels=3)), gold=gold, n_tasks=len(gold))

    right, wrong = annotator_types(with_gold).probability[12:, ATTENTIVE]

    assert right > before[0] + 0.3
    assert wrong < before[1] - 0.3


def test_somebody_without_answers_is_as_likely_careless_as_the_others_are() -> None:
    answers = replace(crowd_answers(READERS), n_workers=13)

    found = annotator_types(answers)

    assert found.probability[12] == pytest.approx(found.shares, rel=1e-4)


def test_no_answers_at_all_leave_the_starting_shares() -> None:
    nothing = np.zeros(0, dtype=np.int64)
    answers = votes_only(nothing, nothing, nothing, n_tasks=3, n_workers=2, n_labels=2)

    found = annotator_types(answers)

    assert found.state == pytest.approx(np.tile(starting_shares(), (2, 1)))
    assert found.peers.shape == (0, 2)


def test_probabilities_sum_to_one_and_peers_leave_the_own_answer_out() -> None:
    answers = make_answers([(0, 0, 0, VOTE), (0, 1, 1, VOTE), (0, 2, 1, VOTE), (1, 0, 0, VOTE)])

    found = annotator_types(answers)

    assert found.probability.sum(axis=1) == pytest.approx(1.0)
    assert found.probability.shape == (3, len(KINDS))
    assert found.peers[0, 1] > 0.5
    assert found.peers[3, 0] == pytest.approx(found.peers[3, 1], abs=0.2)  # nobody else answered


def test_a_repeated_answer_is_seen_by_the_same_peers_as_the_first() -> None:
    rows = [
        (0, 0, 0, VOTE),
        (0, 1, 1, VOTE),
        (1, 0, -1, VOTE),
        (0, 0, 1, REPEAT),
        (1, 0, 1, REPEAT),
    ]
    answers = make_answers(rows)
    peers = np.array([[0.2, 0.8], [0.7, 0.3]])

    found = peers_of_all(answers, peers)

    assert found[2].tolist() == peers[0].tolist()
    assert found[3].tolist() == [0.5, 0.5]
