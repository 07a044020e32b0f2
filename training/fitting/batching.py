"""Which row is trained on when."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Places = npt.NDArray[np.int64]

WINDOW = 20  # batches that are sorted by length together


def shuffled_passes(n_rows: int, needed: int, *, seed: int) -> Places:
    """`needed` places in [0, n_rows): every row once in random order, then every row again.

    >>> shuffled_passes(3, 7, seed=0).tolist()[:3] == shuffled_passes(3, 3, seed=0).tolist()
    True
    >>> sorted(shuffled_passes(3, 6, seed=0).tolist())
    [0, 0, 1, 1, 2, 2]
    """
    rng = np.random.default_rng([seed, 0])
    passes = -(-needed // n_rows)
    return np.concatenate([rng.permutation(n_rows) for _ in range(passes)])[:needed]


def batched_by_length(lengths: Places, *, batch_size: int, seed: int) -> Places:
    """An order in which rows of a batch are about equally long, so that little is padded.

    Rows move within windows of `WINDOW` batches only; the batches of a window come in random
    order, so that training does not see long texts first.

    Args:
        lengths: (N,) tokens, in the order rows would be consumed.
        batch_size: rows per batch.

    Returns:
        (N,) places, a permutation of 0 to N - 1.

    >>> order = batched_by_length(np.array([9, 1, 8, 2]), batch_size=2, seed=0)
    >>> sorted(sorted(batch) for batch in order.reshape(2, 2).tolist())
    [[0, 2], [1, 3]]
    """
    rng = np.random.default_rng([seed, 1])
    window = WINDOW * batch_size
    order: list[int] = []
    for start in range(0, len(lengths), window):
        by_length = start + np.argsort(lengths[start : start + window], kind="stable")
        batches = [by_length[at : at + batch_size] for at in range(0, len(by_length), batch_size)]
        order.extend(place for batch in rng.permutation(len(batches)) for place in batches[batch])
    return np.array(order, dtype=np.int64)
