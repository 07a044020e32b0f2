"""Pools whose best policy is known."""

from __future__ import annotations

import numpy as np

from curation.explorer.curves import RAW
from curation.explorer.pool import Pool, TestSet

DIMENSIONS = 16


def made_pool(
    *,
    n: int = 200,
    seed: int = 0,
    noise: float = 0.0,
    distance: float = 2.0,
    minority: float = 0.5,
    votes: int = 5,
) -> Pool:
    """Two labels at two ends of a direction. Of disputed examples, half, `noise` are mislabelled.

    Agreed examples (a_i = 1) carry the right label; disputed ones (a_i = 0.6) may not.
    """
    rng = np.random.default_rng(seed)
    true = (rng.random(n) < minority).astype(np.int64)
    vectors = rng.normal(size=(n, DIMENSIONS))
    vectors[:, 0] += distance * (true - 0.5)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    disputed = rng.random(n) < 0.5
    label = np.where(disputed & (rng.random(n) < noise), 1 - true, true)
    agreement = np.where(disputed, 3 / votes, 1.0)
    shares = np.where(np.eye(2)[label] == 1, agreement[:, None], 1 - agreement[:, None])
    return Pool(
        ids=[f"example-{number}" for number in rng.permutation(n)],
        vectors=vectors.astype(np.float32),
        label=label,
        shares=shares,
        agreement={RAW: agreement},
    )


def made_test(*, n: int = 300, seed: int = 1, distance: float = 2.0) -> TestSet:
    """Texts of the same two labels, all rightly labelled."""
    pool = made_pool(n=n, seed=seed, distance=distance)
    return TestSet(
        ids=[f"test-{number}" for number in range(n)], vectors=pool.vectors, gold=pool.label,
        agreement=None,
    )  # fmt: skip
