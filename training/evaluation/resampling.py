"""Drawing test rows and seeds again: what the scores might have been."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from training.evaluation.scores import Codes, Floats, f1_per_label, macro_f1

RESAMPLES = 2000
BLOCK_CELLS = 4_000_000  # resamples × rows held at once: some 50 MB


@dataclass(frozen=True, kw_only=True)
class Resampled:
    """Scores of S seeds in B resamples of the test rows; floats in [0, 1]."""

    macro_f1: Floats  # (B, S)
    accuracy: Floats  # (B, S)
    label_f1: Floats  # (B, S, K)


def resample(
    gold: Codes, predicted: Codes, *, n_labels: int, resamples: int = RESAMPLES, seed: int = 0
) -> Resampled:
    """Scores in bootstrap resamples of the test rows.

    The same number of rows, resamples and seed give the same draws whatever is predicted, which
    is what pairs two sources.

    Args:
        gold: (N,) int in [0, K).
        predicted: (S, N) int in [0, K), one row per seed.
    """
    f1, accuracy, labels = [], [], []
    for weights in row_weights(len(gold), resamples=resamples, seed=seed):
        has = _counts(weights, gold, n_labels)
        right = [_counts(weights, np.where(one == gold, gold, -1), n_labels) for one in predicted]
        says = [_counts(weights, one, n_labels) for one in predicted]
        pairs = list(zip(right, says, strict=True))
        f1.append(np.stack([macro_f1(hits, has, said) for hits, said in pairs], axis=1))
        labels.append(np.stack([f1_per_label(hits, has, said) for hits, said in pairs], axis=1))
        accuracy.append(np.stack([hits.sum(axis=1) / len(gold) for hits in right], axis=1))
    return Resampled(
        macro_f1=np.concatenate(f1),
        accuracy=np.concatenate(accuracy),
        label_f1=np.concatenate(labels),
    )


def row_weights(n_rows: int, *, resamples: int, seed: int) -> Iterator[Floats]:
    """How often each test row is drawn: blocks of (b, N) counts, every row of them sums to N.

    >>> [block.sum(axis=1).tolist() for block in row_weights(5, resamples=2, seed=0)]
    [[5.0, 5.0]]
    """
    rng = np.random.default_rng([seed, 0])
    size = max(1, BLOCK_CELLS // n_rows)
    for start in range(0, resamples, size):
        block = min(size, resamples - start)
        draws = rng.integers(n_rows, size=(block, n_rows))
        draws += np.arange(block)[:, None] * n_rows
        counts = np.bincount(draws.ravel(), minlength=block * n_rows)
        yield counts.reshape(block, n_rows).astype(np.float32)  # exact: counts are below 2²⁴


def seed_draws(n_seeds: int, *, resamples: int = RESAMPLES, seed: int = 0) -> Codes:
    """Which seeds are drawn: (B, S) int in [0, S), with replacement."""
    rng = np.random.default_rng([seed, 1])
    return rng.integers(n_seeds, size=(resamples, n_seeds))


def over_seeds(scores: Floats, draws: Codes) -> Floats:
    """Mean score over the seeds drawn in each resample: (B, S), (B, S) → (B,).

    >>> over_seeds(np.array([[0.2, 0.4]]), np.array([[1, 1]])).tolist()
    [0.4]
    """
    return np.asarray(np.take_along_axis(scores, draws, axis=1).mean(axis=1))


def _counts(weights: Floats, codes: Codes, n_labels: int) -> Floats:
    """Drawn rows per label: (b, N), (N,) → (b, K); -1 counts for no label."""
    indicators = (codes[:, None] == np.arange(n_labels)).astype(np.float32)
    return np.asarray(weights @ indicators, dtype=np.float64)
