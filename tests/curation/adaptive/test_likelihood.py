from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from curation.adaptive.likelihood import log_chances, log_likelihood


@pytest.mark.parametrize("kind", ["labels", "sorted"])
@pytest.mark.parametrize("n_labels", [2, 3, 5])
def test_the_sequences_of_votes_have_probability_one_together(n_labels: int, kind: str) -> None:
    sequences = list(product(range(n_labels), repeat=4))
    counts = np.array([np.bincount(one, minlength=n_labels) for one in sequences])

    chances = np.exp(log_likelihood(kind, counts))

    assert chances.sum(axis=0) == pytest.approx(np.ones(chances.shape[1]))


@pytest.mark.parametrize("kind", ["labels", "sorted", "leader"])
@pytest.mark.parametrize("n_labels", [2, 4])
def test_the_mixture_is_the_weighted_sum_of_its_components(n_labels: int, kind: str) -> None:
    rng = np.random.default_rng(n_labels)
    counts = rng.integers(0, 30, size=(50, n_labels))
    components = log_likelihood(kind, counts)
    weights = rng.dirichlet(np.ones(components.shape[1]))

    whole = log_chances(kind, counts, weights)

    assert whole == pytest.approx(np.log(np.exp(components) @ weights))


def test_a_thousand_votes_neither_overflow_nor_vanish() -> None:
    counts = np.array([[1_000, 0, 0], [500, 300, 200]])
    even = np.full(log_likelihood("labels", counts).shape[1], 1e-2)

    assert np.isfinite(log_chances("labels", counts, even)).all()
