"""All statistics of a project together, and what to mind when reading them."""

from __future__ import annotations

import math

import numpy as np
import pytest

from curation.aggregation import Votes
from curation.agreement import nominal_alpha, vote_counts
from curation.agreement.statistics import GWET, NOMINAL, ORDINAL, PAIRWISE, project_statistics
from tests.curation.agreement.voting import shuffled, votes_of


def crowd(*, examples: int = 80, people: int = 6, overlap: int = 4, n_labels: int = 3) -> Votes:
    rng = np.random.default_rng(0)
    answers = [
        {
            int(worker): task % n_labels if rng.random() < 0.5 else int(rng.integers(n_labels))
            for worker in rng.permutation(people)[:overlap]
        }
        for task in range(examples)
    ]
    return votes_of(answers, n_labels=n_labels)


def kinds(votes: Votes) -> list[str]:
    return [one.kind for one in project_statistics(votes).cautions]


def test_every_statistic_comes_with_an_interval_and_the_examples_it_rests_on() -> None:
    votes = crowd()

    found = project_statistics(votes, ordinal=True).statistics

    counts = vote_counts(votes.task, votes.label, n_tasks=80, n_labels=3)
    assert list(found) == [
        "nominal_alpha", "ordinal_alpha", "fleiss_kappa", "pairwise_kappa", "gwet_ac1",
    ]  # fmt: skip
    assert found[NOMINAL].value == pytest.approx(nominal_alpha(counts))
    assert all(one.low < one.value < one.high for one in found.values())
    assert all(one.n == 80 and not one.reason for one in found.values())


def test_the_order_of_votes_does_not_matter() -> None:
    votes = crowd()

    first, second = project_statistics(votes), project_statistics(shuffled(votes, seed=1))

    assert first.statistics == second.statistics
    assert first.cautions == second.cautions


def test_a_quiet_project_has_no_cautions() -> None:
    assert kinds(crowd()) == []


def test_skewed_labels_are_named_with_their_share() -> None:
    votes = votes_of([{0: 0, 1: 0, 2: 0, 3: 0}] * 90 + [{0: 0, 1: 1, 2: 0, 3: 1}] * 10)

    (found,) = project_statistics(votes, label_names=["calm", "angry"]).cautions

    assert found.kind == "skew"
    # 380 of 400 votes; pairs agree on 90 examples wholly and on 10 for a third
    assert "95 % of the votes name “calm”" in found.sentence
    assert "93 % of the pairs" in found.sentence


def test_single_and_few_votes_are_counted() -> None:
    votes = votes_of([{0: 0}] * 10 + [{0: 1, 1: 0, 2: 1}] * 60)

    sentences = [one.sentence for one in project_statistics(votes).cautions]

    assert sentences[0].startswith("10 of 70 examples have one vote")
    assert "2.7 votes on average" in sentences[1]


def test_one_dominant_annotator_is_named() -> None:
    others = [{0: 0, 1 + task % 20: task % 2, 1 + (task + 7) % 20: 0} for task in range(200)]
    votes = votes_of(others)
    names = [f"P{code}" for code in range(21)]

    found = project_statistics(votes, annotator_names=names).cautions

    dominant = [one.sentence for one in found if one.kind == "dominant annotator"]
    assert dominant[0].startswith("P0 gave 33 % of all votes, 7.0 times an equal part")


def test_two_who_answer_everything_are_not_dominant() -> None:
    votes = votes_of([{0: task % 2, 1: task % 2} for task in range(100)])

    assert "dominant annotator" not in kinds(votes)


def test_few_examples_and_few_shared_ones_are_counted() -> None:
    votes = votes_of([{task: 0, task + 1: task % 2} for task in range(12)])

    found = {one.kind: one.sentence for one in project_statistics(votes).cautions}

    assert found["few examples"].startswith("Only 12 examples have two votes or more")
    assert "have a single one" in found["few shared"]


def test_one_annotator_can_agree_with_nobody() -> None:
    found = project_statistics(votes_of([{0: 0}, {0: 1}]))

    assert {one.reason for one in found.statistics.values()} == {
        "No example has two votes, so nobody can agree or disagree."
    }
    assert "dominant annotator" in [one.kind for one in found.cautions]


def test_nobody_and_all_skipped_are_undefined_and_without_cautions() -> None:
    nobody, skipped = votes_of([]), votes_of([{}, {}])

    for votes in (nobody, skipped):
        found = project_statistics(votes, ordinal=True)
        assert all(math.isnan(one.value) and one.reason for one in found.statistics.values())
        assert found.cautions == []


def test_a_single_label_says_which_statistic_it_leaves() -> None:
    found = project_statistics(votes_of([{0: 0, 1: 0}] * 6)).statistics

    assert found[NOMINAL].reason.startswith("All votes name the same label")
    assert found[PAIRWISE].reason.startswith("No two annotators share 5 examples")
    assert found[GWET].value == 1


def test_a_single_example_has_a_value_and_no_interval() -> None:
    found = project_statistics(votes_of([{0: 0, 1: 1, 2: 0}])).statistics[NOMINAL]

    assert not math.isnan(found.value)
    assert math.isnan(found.low)


def test_an_ordinal_alpha_is_not_worked_out_for_very_many_labels() -> None:
    votes = votes_of([{0: 0, 1: 1}] * 3, n_labels=60)

    found = project_statistics(votes, ordinal=True).statistics

    assert "more than 50 labels" in found[ORDINAL].reason
