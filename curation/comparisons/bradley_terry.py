"""Bradley-Terry: by crowd-kit for the scores, many at once by ourselves for their intervals.

Every item also meets an average item, and wins half a time and loses half a time. Without that an
item that never lost has no finite score, and items that were never compared no common scale.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Scores = npt.NDArray[np.float64]
Wins = npt.NDArray[np.int64]
STEPS = 1_000


def scores_of(wins: Wins) -> Scores:
    """Each item's score: the logarithm of its strength, 0 on average.

    A difference d between two items means that the first wins with odds of exp(d) to 1.

    Args:
        wins: (N, N) int, how often the row's item won against the column's.

    Source: Bradley and Terry 1952; fitted by crowd-kit as in Hunter 2004, MM algorithms for
    generalized Bradley-Terry models.

    Three of four, and the half win and half loss against the average item:

    >>> [round(float(score), 2) for score in scores_of(np.array([[0, 3], [1, 0]]))]
    [0.47, -0.47]
    """
    import pandas as pd
    from crowdkit.aggregation import BradleyTerry  # 1.4 s and 200 MiB to import

    average = len(wins)
    doubled = _with_average(wins[None])[0] * 2  # halves become whole comparisons
    winner, loser = np.nonzero(doubled)
    times = doubled[winner, loser].astype(np.int64)
    rows = pd.DataFrame({"left": winner, "right": loser, "label": winner})
    # its own tolerance compares an array with itself, so it would stop after two steps
    model = BradleyTerry(n_iter=STEPS, tol=float("-inf"))
    strengths = model.fit_predict(rows.loc[rows.index.repeat(times)])
    logs = np.log(strengths.reindex(range(average)).to_numpy(dtype=np.float64))
    return np.asarray(logs - logs.mean(), dtype=np.float64)


def many_scores(wins: npt.NDArray[np.int64], *, steps: int = STEPS) -> Scores:
    """Scores of R tables of wins at once; the same as `scores_of` for each.

    Args:
        wins: (R, N, N) int.

    Returns:
        (R, N) float, each row 0 on average.

    >>> many_scores(np.array([[[0, 3], [1, 0]]])).round(2).tolist()
    [[0.47, -0.47]]
    """
    table = _with_average(wins)
    met = table + table.transpose(0, 2, 1)
    won = table.sum(axis=2)
    strength = np.ones_like(won)
    for _ in range(steps):
        pairs = strength[:, :, None] + strength[:, None, :]
        new = won / (met / pairs).sum(axis=2)
        new /= new.sum(axis=1, keepdims=True)
        moved = np.abs(np.log(new / strength)).max()
        strength = new
        if moved < 1e-6:
            break
    logs = np.log(strength[:, :-1])
    return np.asarray(logs - logs.mean(axis=1, keepdims=True), dtype=np.float64)


def _with_average(wins: npt.NDArray[np.int64]) -> Scores:
    """(R, N + 1, N + 1) the wins, and half a win each way against an average item, the last."""
    padded = np.pad(wins.astype(np.float64), ((0, 0), (0, 1), (0, 1)))
    padded[:, -1, :-1] = padded[:, :-1, -1] = 0.5
    return padded
