"""Which texts stand on a map that cannot show them all."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


def stratified(strata: npt.NDArray[np.int64], most: int, *, seed: int = 0) -> npt.NDArray[np.int64]:
    """Places of `most` rows, in order; every stratum has its share of them, to within one.

    Args:
        strata: (N,) which group each row belongs to.
        seed: of which rows of a stratum are taken.

    >>> kept = stratified(np.array([7] * 30 + [8] * 10), 4)
    >>> (kept < 30).tolist()
    [True, True, True, False]
    """
    n = len(strata)
    if n <= most:
        return np.arange(n)
    order = np.lexsort((np.random.default_rng(seed).permutation(n), strata))
    every = ((np.arange(most) + 0.5) * (n / most)).astype(np.int64)
    return np.asarray(np.sort(order[every]), dtype=np.int64)
