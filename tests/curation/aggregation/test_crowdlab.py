"""CROWDLAB: cleanlab's numbers without its table of examples × annotators."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curation.aggregation.crowdlab import crowdlab
from curation.aggregation.result import AggregatorRefused, Floats, Votes
from tests.curation.aggregation.voting import make_votes, shuffled


def some_votes(seed: int, *, n_tasks: int = 40, n_workers: int = 6) -> tuple[Votes, Floats]:
    """Votes of two to all annotators per task, and a classifier that is often right."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 3, n_tasks)
    rows = []
    for task in range(n_tasks):
        for worker in rng.permutation(n_workers)[: rng.integers(1, n_workers + 1)]:
            right = rng.random() < 0.5 + 0.08 * worker
            rows.append((task, int(worker), int(truth[task] if right else rng.integers(0, 3))))
    logits = rng.normal(size=(n_tasks, 3)) + 1.5 * np.eye(3)[truth]
    probs = np.exp(logits)
    return make_votes(rows), probs / probs.sum(axis=1, keepdims=True)


@pytest.mark.parametrize("seed", range(6))
def test_labels_probabilities_and_quality_are_cleanlabs(seed: int) -> None:
    from cleanlab.multiannotator import get_label_quality_multiannotator

    votes, predictions = some_votes(seed)
    wide = votes.frame().pivot(index="task", columns="worker", values="label")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = get_label_quality_multiannotator(wide, predictions, verbose=False)
    stats: pd.DataFrame = theirs["annotator_stats"].sort_index()

    found = crowdlab(votes, predictions)

    assert found.labels.tolist() == theirs["label_quality"]["consensus_label"].tolist()
    quality = theirs["label_quality"]["consensus_quality_score"].to_numpy()
    assert found.confidence == pytest.approx(quality, abs=1e-9)
    assert found.skills == pytest.approx(stats["annotator_quality"].to_numpy(), abs=1e-9)


@given(seed=st.integers(0, 99), random=st.randoms(use_true_random=False))
@settings(max_examples=10, deadline=None)
def test_neither_the_order_of_rows_nor_annotators_numbers_change_anything(
    seed: int, random: st.DataObject
) -> None:
    votes, predictions = some_votes(seed, n_tasks=10, n_workers=4)
    order, number = list(range(len(votes.task))), list(range(4))
    random.shuffle(order)  # type: ignore[attr-defined]
    random.shuffle(number)  # type: ignore[attr-defined]

    first = crowdlab(votes, predictions)
    second = crowdlab(shuffled(votes, order=order, number=number), predictions)

    assert first.labels.tolist() == second.labels.tolist()
    assert np.array_equal(first.probabilities, second.probabilities)


def test_a_sure_classifier_decides_a_tie() -> None:
    rows = [(task, worker, task % 2) for task in range(10) for worker in (0, 1)]
    votes = make_votes([*rows, (10, 0, 0), (10, 1, 1)], n_labels=2)
    predictions = np.eye(2)[[task % 2 for task in range(10)] + [1]] * 0.8 + 0.1

    assert crowdlab(votes, predictions).labels[10] == 1


def test_without_two_votes_on_any_example_it_refuses() -> None:
    votes = make_votes([(0, 0, 0), (1, 1, 1)], n_labels=2)

    with pytest.raises(AggregatorRefused, match="no example has two votes"):
        crowdlab(votes, np.full((2, 2), 0.5))


def test_with_one_label_it_refuses() -> None:
    votes = make_votes([(0, 0, 0), (0, 1, 0)], n_labels=1)

    with pytest.raises(AggregatorRefused, match="two labels or more"):
        crowdlab(votes, np.ones((1, 1)))


def test_where_all_agree_everything_is_finite() -> None:
    votes = make_votes([(task, worker, 1) for task in range(3) for worker in range(2)], n_labels=2)

    found = crowdlab(votes, np.full((3, 2), 0.5))

    assert found.labels.tolist() == [1, 1, 1]
    assert np.isfinite(found.probabilities).all()
    assert np.isfinite(found.skills).all()  # type: ignore[arg-type]


def test_nobody_voted_so_there_is_nothing_to_say() -> None:
    found = crowdlab(make_votes([]), np.zeros((0, 3)))

    assert found.probabilities.shape == (0, 3)
