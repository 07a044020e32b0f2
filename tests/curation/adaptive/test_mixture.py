from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from curation.adaptive.mixture import components, fit_weights, log_likelihood
from curation.adaptive.states import count_states


@pytest.mark.parametrize("n_labels", [2, 3, 5])
def test_the_sequences_of_votes_have_probability_one_together(n_labels: int) -> None:
    sequences = list(product(range(n_labels), repeat=4))
    counts = np.array([np.bincount(one, minlength=n_labels) for one in sequences])
    states = count_states(n_labels, 4)

    chances = np.exp(log_likelihood(states, states.reduced(counts)))

    assert chances.sum(axis=0) == pytest.approx(np.ones(chances.shape[1]))


def test_weights_follow_the_votes() -> None:
    agreed = np.array([[10, 0]] * 300)
    split = np.array([[5, 5]] * 300)
    grid = components("labels", 2)
    mean = grid.leading / (grid.leading + grid.others)
    states = count_states(2, 10)

    one_sided, even = fit_weights(states, agreed), fit_weights(states, split)

    assert one_sided @ mean > 0.95
    assert even @ mean == pytest.approx(0.5, abs=0.02)
    assert even @ (mean - 0.5) ** 2 < 0.01


def test_without_votes_every_share_is_as_likely_as_every_other() -> None:
    weights = fit_weights(count_states(2, 5), np.zeros((4, 2), dtype=np.int64))

    assert weights == pytest.approx(np.full(60, 1 / 60))


def test_the_fit_is_the_one_plain_expectation_maximisation_ends_at() -> None:
    rng = np.random.default_rng(3)
    first = rng.binomial(8, rng.choice([0.1, 0.5, 0.9], size=200))
    counts = np.column_stack([first, 8 - first])
    states = count_states(2, 8)
    likelihood = np.exp(log_likelihood(states, counts))
    plain = np.full(60, 1 / 60)
    for _ in range(5_000):
        belongs = likelihood * plain
        plain = (belongs / belongs.sum(axis=1, keepdims=True)).sum(axis=0) + 5 / 60
        plain = plain / plain.sum()

    fitted = fit_weights(states, counts)

    loss = np.log(likelihood @ plain).sum() - np.log(likelihood @ fitted).sum()
    assert abs(loss) < 0.1
