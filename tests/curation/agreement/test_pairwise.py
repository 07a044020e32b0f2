"""Cohen's κ over pairs of annotators."""

from __future__ import annotations

import math

import numpy as np
import pytest

from curation.agreement import pairwise
from curation.agreement.pairwise import pairwise_kappa, vote_pairs
from tests.curation.agreement.voting import shuffled, votes_of


def test_kappa_of_two_annotators_is_cohens() -> None:
    from sklearn.metrics import cohen_kappa_score

    first, second = [0, 0, 1, 2, 2, 1, 0, 2], [0, 1, 1, 2, 0, 1, 0, 2]
    answers = [{0: a, 1: b} for a, b in zip(first, second, strict=True)]

    found = pairwise_kappa(votes_of(answers, n_labels=3))

    assert found is not None
    assert found.kappa == pytest.approx(cohen_kappa_score(first, second))
    assert (found.pairs, found.pairs_left_out, found.examples) == (1, 0, 8)


def test_pairs_weigh_by_the_examples_they_share() -> None:
    # 0 and 1 agree on six examples (κ = 1); 2 and 3 are crossed evenly on eight (κ = 0)
    agreed = [{0: label, 1: label} for label in (0, 1) * 3]
    crossed = [{2: a, 3: b} for a in (0, 1) for b in (0, 1)] * 2

    found = pairwise_kappa(votes_of(agreed + crossed))

    assert found is not None
    assert found.kappa == pytest.approx(6 / 14)


def test_pairs_that_share_few_examples_or_name_one_label_are_left_out() -> None:
    few = [{0: 0, 1: 1}] * 4
    alike = [{2: 0, 3: 0}] * 6
    enough = [{4: label, 5: label} for label in (0, 1) * 3]

    found = pairwise_kappa(votes_of(few + alike + enough))

    assert found is not None
    assert (found.pairs, found.pairs_left_out, found.examples) == (1, 2, 6)
    assert found.median_shared == 6


def test_every_pair_of_votes_on_an_example_is_read_once() -> None:
    found = vote_pairs(votes_of([{0: 0, 1: 0, 2: 1}, {1: 1}, {0: 1, 2: 0}]))

    labels = found.first[found.cell], found.second[found.cell]
    pairs = sorted(zip(found.example, *labels, strict=True))
    assert pairs == [(0, 0, 0), (0, 0, 1), (0, 0, 1), (2, 1, 0)]
    assert found.n_pairs == 3


def test_the_answer_does_not_depend_on_the_order_of_votes() -> None:
    rng = np.random.default_rng(0)
    answers = [{int(w): int(rng.integers(2)) for w in rng.permutation(6)[:4]} for _ in range(60)]
    votes = votes_of(answers)

    assert pairwise_kappa(shuffled(votes, seed=3)) == pairwise_kappa(votes)


def test_the_interval_holds_kappa_and_stays_within_its_range() -> None:
    answers = [{0: label, 1: label} for label in (0, 1) * 10] + [{0: 0, 1: 1}]

    found = pairwise_kappa(votes_of(answers))

    assert found is not None
    assert -1 <= found.interval.low < found.kappa < found.interval.high <= 1


@pytest.mark.parametrize(
    "answers", [[], [{0: 1}], [{0: 1, 1: 0}]], ids=["nobody", "one vote", "one shared"]
)
def test_without_shared_examples_it_is_undefined(answers: list[dict[int, int]]) -> None:
    found = pairwise_kappa(votes_of(answers))

    assert found is not None
    assert math.isnan(found.kappa)
    assert math.isnan(found.interval.low)
    assert found.pairs == 0


def test_too_many_pairs_of_votes_are_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pairwise, "MOST_PAIRS", 2)

    assert pairwise_kappa(votes_of([{0: 0, 1: 0, 2: 1}])) is None
