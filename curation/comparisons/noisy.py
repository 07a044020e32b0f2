"""Bradley-Terry that learns how reliable each annotator is, through crowd-kit."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from curation.comparisons.answers import Comparisons

Scores = npt.NDArray[np.float64]
STEPS = 200
PRIOR = 0.5  # wins and losses of each item against an average one, as in `bradley_terry`
# Somebody who compared ten pairs says little about themselves. Without these the model takes
# every answer that surprises it for a careless person's, and scores come out twice as far apart.
JUDGED, BY_SIDE = 9.0, 1.0  # answers each annotator is thought to have given before
EACH_SIDE = 1.0  # of those by side, on each


def noisy_scores(said: Comparisons, *, seed: int) -> Scores:
    """Each item's score when an annotator may also answer by side; 0 on average.

    With the probability that is their skill an annotator answers by Bradley-Terry, else they
    choose a side by their own bias. On the scale of `bradley_terry.scores_of`.

    Args:
        said: at least one comparison that names a winner.
        seed: of the start.

    Source: Chen, Bennett, Collins-Thompson and Horvitz 2013, Pairwise ranking aggregation in a
    crowdsourced setting; crowd-kit's NoisyBradleyTerry, with its gradient mended (see `gradient`).
    """
    import pandas as pd

    decided = said.decided()
    rows = pd.DataFrame(
        {
            "worker": decided.annotator,
            "left": decided.left,
            "right": decided.right,
            "label": decided.winner,
        }
    )
    state = np.random.get_state()  # crowd-kit seeds the generator that all share
    try:
        shares = _model(seed).fit_predict(rows)
    finally:
        np.random.set_state(state)
    clipped = shares.reindex(range(said.n_items), fill_value=0.5).clip(1e-9, 1 - 1e-9)
    logs = np.log(clipped / (1 - clipped)).to_numpy(dtype=np.float64)
    return np.asarray(logs - logs.mean(), dtype=np.float64)


def _model(seed: int) -> Any:
    from crowdkit.aggregation import NoisyBradleyTerry

    class Mended(NoisyBradleyTerry):
        """Its likelihood and gradient, without the slips of the original."""

        @staticmethod
        def _compute_log_likelihood(x: Scores, *args: Any) -> float:
            return loss(x, *args)

        @staticmethod
        def _compute_gradient(x: Scores, *args: Any) -> Scores:
            return gradient(x, *args)

    return Mended(n_iter=STEPS, tol=1e-9, regularization_ratio=PRIOR, random_state=seed)


def loss(
    x: Scores,
    rows: npt.NDArray[np.int64],
    workers: npt.NDArray[np.int64],
    n_items: int,
    n_workers: int,
    prior: float,
) -> float:
    """Minus the log-likelihood, with priors that hold scores together and annotators sober.

    Args:
        x: (1 + N + 2 A,) the average item, the items' scores, then biases and skills (log odds).
        rows: (V, 3) left, right and winner, counted from 1.
        workers: (V,) in [0, A).

    The original has the prior of the scores with the other sign, which drives them apart, and
    none for annotators.
    """
    from scipy.special import log_expit

    parts = _parts(x, rows, workers, n_items, n_workers)
    away = x[1 : n_items + 1] - x[0]
    bias, skill = x[1 + n_items : 1 + n_items + n_workers], x[1 + n_items + n_workers :]
    held = prior * (log_expit(away) + log_expit(-away)).sum()
    held += EACH_SIDE * (log_expit(bias) + log_expit(-bias)).sum()
    held += (JUDGED * log_expit(skill) + BY_SIDE * log_expit(-skill)).sum()
    return float(-np.log(parts["likely"]).sum() - held)


def gradient(
    x: Scores,
    rows: npt.NDArray[np.int64],
    workers: npt.NDArray[np.int64],
    n_items: int,
    n_workers: int,
    prior: float,
) -> Scores:
    """Of `loss` in x; arguments as there.

    The original keeps an annotator's last comparison only, and writes it one place too low.
    """
    parts = _parts(x, rows, workers, n_items, n_workers)
    sign, skill, likely = parts["sign"], parts["skill"], parts["likely"]
    by_score, by_side = parts["by_score"], parts["by_side"]
    slope = _pull(x, n_items, n_workers, prior)
    score_part = skill * by_score * (1 - by_score) * sign / likely
    np.add.at(slope, rows[:, 0], score_part)
    np.add.at(slope, rows[:, 1], -score_part)
    bias_part = (1 - skill) * by_side * (1 - by_side) * sign / likely
    np.add.at(slope, 1 + n_items + workers, bias_part)
    skill_part = skill * (1 - skill) * (by_score - by_side) / likely
    np.add.at(slope, 1 + n_items + n_workers + workers, skill_part)
    return -slope


def _pull(x: Scores, n_items: int, n_workers: int, prior: float) -> Scores:
    """What the priors add to the slope of the log-likelihood."""
    from scipy.special import expit

    bias, skill = x[1 + n_items : 1 + n_items + n_workers], x[1 + n_items + n_workers :]
    apart = prior * np.tanh((x[1 : n_items + 1] - x[0]) / 2)
    sober = JUDGED * expit(-skill) - BY_SIDE * expit(skill)
    return np.concatenate([[apart.sum()], -apart, -EACH_SIDE * np.tanh(bias / 2), sober])


def _parts(
    x: Scores,
    rows: npt.NDArray[np.int64],
    workers: npt.NDArray[np.int64],
    n_items: int,
    n_workers: int,
) -> dict[str, Scores]:
    from scipy.special import expit

    sign = np.where(rows[:, 0] == rows[:, 2], 1.0, -1.0)  # 1: the left one won
    by_score = expit(sign * (x[rows[:, 0]] - x[rows[:, 1]]))
    by_side = expit(sign * x[1 + n_items + workers])
    skill = expit(x[1 + n_items + n_workers + workers])
    likely = np.maximum(skill * by_score + (1 - skill) * by_side, 1e-300)
    return {
        "sign": sign, "by_score": by_score, "by_side": by_side, "skill": skill, "likely": likely,
    }  # fmt: skip
