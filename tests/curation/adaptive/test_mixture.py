from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from curation.adaptive.likelihood import grid, log_likelihood
from curation.adaptive.mixture import PSEUDO_EXAMPLES, fit_weights


def test_weights_follow_the_votes() -> None:
    leading = grid(2).leading / (grid(2).leading + grid(2).others)
    first_share = np.concatenate([leading, 1 - leading])

    agreed = fit_weights(np.array([[10, 0]] * 300), kind="labels")
    split = fit_weights(np.array([[5, 5]] * 300), kind="labels")

    assert agreed @ first_share > 0.95
    assert split @ first_share == pytest.approx(0.5, abs=0.05)
    assert split @ (first_share - 0.5) ** 2 < 0.01


def test_without_votes_every_component_is_as_likely_as_every_other() -> None:
    weights = fit_weights(np.zeros((4, 2), dtype=np.int64), kind="labels")

    assert weights == pytest.approx(np.full(len(weights), 1 / len(weights)))
    assert len(weights) == 2 * grid(2).size


def test_the_fit_is_the_one_plain_expectation_maximisation_ends_at() -> None:
    rng = np.random.default_rng(3)
    first = rng.binomial(8, rng.choice([0.5, 0.9], size=200))
    counts = np.column_stack([first, 8 - first])
    likelihood = np.exp(log_likelihood("sorted", counts))
    even = 1 / likelihood.shape[1]
    plain = np.full(likelihood.shape[1], even)
    for _ in range(2_000):
        belongs = likelihood * plain
        plain = (belongs / belongs.sum(axis=1, keepdims=True)).sum(axis=0)
        plain = (plain + PSEUDO_EXAMPLES * even) / (200 + PSEUDO_EXAMPLES)

    fitted = fit_weights(counts, kind="sorted")

    def fits(weights: npt.NDArray[np.float64]) -> float:
        pulled = PSEUDO_EXAMPLES * even * np.log(weights).sum()
        return float(np.log(likelihood @ weights).sum() + pulled)

    assert fits(fitted) == pytest.approx(fits(plain), abs=0.05)


def test_labels_are_alike_until_many_votes_say_otherwise() -> None:
    leading = grid(2).leading / (grid(2).leading + grid(2).others)

    def first_leads(times: int) -> float:
        counts = np.array([[5, 0]] * times)
        weights = fit_weights(counts, kind="labels")
        return float(weights[: len(leading)].sum())

    assert 0.5 < first_leads(2) < 0.65
    assert first_leads(1_000) > 0.95
