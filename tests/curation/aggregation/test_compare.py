"""Aggregators side by side, on cases countable by hand."""

from __future__ import annotations

import json

import numpy as np
import pytest

from curation.aggregation.compare import MOST_FLIPS, Comparison, compare
from curation.aggregation.result import Aggregated
from curation.datasets import Judged, Policy

NO_GOLD = -1


def judged(agreement: list[float], *, intended: list[int] | None = None) -> Judged:
    n = len(agreement)
    return Judged(
        external_id=[f"example-{row}" for row in range(n)],
        label=np.zeros(n, dtype=np.int64),
        agreement=np.array(agreement),
        entropy=np.zeros(n),
        probability=np.ones(n),
        n_votes=np.full(n, 5),
        intended=None if intended is None else np.array(intended),
    )


def says(labels: list[int], *, confidence: float = 1.0) -> Aggregated:
    table = np.where(
        np.eye(2, dtype=bool)[np.array(labels, dtype=np.int64)], confidence, 1 - confidence
    )
    return Aggregated(labels=np.array(labels, dtype=np.int64), probabilities=table)


def test_a_method_is_held_against_the_majority() -> None:
    results = {"majority": says([0, 0, 1, 1]), "glad": says([0, 1, 0, 1], confidence=0.75)}

    found = compare(
        results, judged([1, 0.6, 0.6, 1]), gold=np.array([0, 1, NO_GOLD, 0]), policies=[]
    )

    majority, glad = found.methods
    assert (majority.flips, majority.right, majority.gold) == (0, 1, 3)
    assert (glad.flips, glad.right, glad.gold) == (2, 2, 3)
    assert (glad.labels, glad.flips_to, glad.confidence) == ((2, 2), (1, 1), 0.75)
    assert found.alike == ((1.0, 0.5), (0.5, 1.0))


def test_a_method_that_refuses_stands_there_with_its_reason() -> None:
    results: dict[str, Aggregated | str] = {"majority": says([0]), "mmsr": "Too sparse."}

    found = compare(results, judged([1.0]), gold=np.array([NO_GOLD]), policies=[])

    assert found.answered == ("majority",)
    assert found.methods[1].refusal == "Too sparse."
    assert found.methods[1].confidence is None


def test_the_most_divided_examples_come_first_then_those_with_less_agreement() -> None:
    results = {
        "majority": says([0, 0, 0, 0]),
        "wawa": says([0, 1, 1, 1]),
        "glad": says([0, 0, 0, 1]),
    }

    found = compare(results, judged([1, 0.8, 0.6, 0.8]), gold=np.full(4, NO_GOLD), policies=[])

    assert found.flipping == 3
    assert [flip.row for flip in found.flips] == [3, 2, 1]
    assert found.flips[0].labels == (0, 1, 1)


def test_no_more_flips_are_named_than_a_page_can_hold() -> None:
    n = MOST_FLIPS + 5

    found = compare(
        {"majority": says([0] * n), "wawa": says([1] * n)},
        judged([0.6] * n),
        gold=np.full(n, NO_GOLD),
        policies=[],
    )

    assert (found.flipping, len(found.flips)) == (n, MOST_FLIPS)


def test_downstream_counts_rows_that_enter_leave_and_change_their_label() -> None:
    # most agreed half of each label: majority 0: rows 0, 1 of 0 to 3; glad moves row 0 to label 1
    results = {"majority": says([0, 0, 0, 0]), "glad": says([1, 0, 0, 0])}

    found = compare(
        results,
        judged([1, 0.9, 0.8, 0.6]),
        gold=np.full(4, NO_GOLD),
        policies=[Policy(keep_share=0.5), Policy(threshold=0.8)],
    )

    within, over_threshold = found.methods[1].downstream
    assert (within.kept, within.entered, within.left, within.relabelled) == (3, 1, 0, 1)
    assert (over_threshold.kept, over_threshold.entered, over_threshold.left) == (3, 0, 0)
    assert over_threshold.relabelled == 1


def test_a_policy_that_wants_the_intended_label_follows_the_method() -> None:
    results = {"majority": says([0, 0]), "glad": says([0, 1])}
    votes = judged([1.0, 0.6], intended=[0, 1])

    found = compare(
        results,
        votes,
        gold=np.full(2, NO_GOLD),
        policies=[Policy(keep_all=True, drop_mismatch=True)],
    )

    assert [method.downstream[0].kept for method in found.methods] == [1, 2]
    assert found.methods[1].downstream[0].entered == 1


@pytest.mark.parametrize("rows", [0, 2])
def test_a_comparison_comes_back_from_json_as_it_was(rows: int) -> None:
    results: dict[str, Aggregated | str] = {
        "majority": says([0] * rows),
        "glad": says([1] * rows),
        "mmsr": "Too sparse.",
    }
    found = compare(
        results,
        judged([0.6] * rows),
        gold=np.full(rows, NO_GOLD),
        policies=[Policy(threshold=0.5)],
    )

    again = Comparison.from_json(json.loads(json.dumps(found.as_json())))

    assert again == found
