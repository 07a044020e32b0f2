"""One-coin Dawid-Skene: one number per annotator."""

from __future__ import annotations

import numpy as np

from curation.aggregation.cells import TINY, VoteCells, vote_cells
from curation.aggregation.coding import coded
from curation.aggregation.dawid_skene import STEPS, expected_skill, label_prior
from curation.aggregation.result import Aggregated, Floats, Votes


def one_coin(votes: Votes, *, steps: int = STEPS) -> Aggregated:
    """Dawid-Skene where an annotator is right with one probability, and wrong evenly.

    It needs far fewer votes per annotator than a whole confusion matrix. A fixed number of steps,
    from vote shares.

    Returns:
        Skills are the probability that an annotator names the true label.

    Source: Zhang, Chen, Zhou and Jordan 2014, Spectral Methods meet EM (their one-coin model).

    >>> found = one_coin(Votes(
    ...     task=np.repeat([0, 1, 2], 3), worker=np.tile([0, 1, 2], 3),
    ...     label=np.array([0, 0, 0, 1, 1, 1, 1, 1, 0]), n_tasks=3, n_labels=2,
    ... ))
    >>> found.labels.tolist(), found.skills.round(2).tolist()
    ([0, 1, 1], [1.0, 1.0, 0.67])
    """
    own = coded(votes)
    if len(own.labels) < 2:  # with one label there is nothing to be wrong about
        return own.decided(np.ones((votes.n_tasks, len(own.labels))), np.ones(len(own.workers)))
    cells = vote_cells(own.votes)
    posterior = cells.shares()
    for _ in range(steps):
        logs = np.log(_errors(cells, expected_skill(cells, posterior)))
        posterior = cells.posterior(logs, label_prior(posterior))
    return own.decided(posterior, expected_skill(cells, posterior))


def _errors(cells: VoteCells, skill: Floats) -> Floats:
    """(C, K) probability of each cell's label given each true one."""
    other = (1 - skill[cells.worker]) / (cells.n_labels - 1)
    table = np.repeat(other[:, None], cells.n_labels, axis=1)
    table[cells.own] = skill[cells.worker]
    return np.clip(table, TINY, 1 - TINY)
