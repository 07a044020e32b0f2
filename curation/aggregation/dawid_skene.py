"""Dawid-Skene."""

from __future__ import annotations

import numpy as np

from curation.aggregation.cells import TINY, VoteCells, vote_cells
from curation.aggregation.coding import coded
from curation.aggregation.result import Aggregated, Floats, Votes

STEPS = 100


def dawid_skene(votes: Votes, *, steps: int = STEPS) -> Aggregated:
    """Labels by expectation maximisation over one confusion matrix per annotator.

    Runs a fixed number of steps: crowd-kit's own tolerance stops after about ten, with
    posteriors still off by up to 0.27, and a filter would act on them. Starts from vote shares;
    probabilities below 1e-10 are raised to it, as crowd-kit does.

    Returns:
        Skills are the expected share of an annotator's votes that name the true label.

    Source: Dawid and Skene 1979, Maximum Likelihood Estimation of Observer Error-Rates.

    Three annotators who agree on two tasks of three; on the third, one stands alone:

    >>> found = dawid_skene(Votes(
    ...     task=np.repeat([0, 1, 2], 3), worker=np.tile([0, 1, 2], 3),
    ...     label=np.array([0, 0, 0, 1, 1, 1, 1, 1, 0]), n_tasks=3, n_labels=2,
    ... ))
    >>> found.labels.tolist(), found.skills.round(2).tolist()
    ([0, 1, 1], [1.0, 1.0, 0.67])
    """
    own = coded(votes)
    if not votes.n_tasks:
        return own.decided(np.zeros((0, 0)), np.zeros(0))
    cells = vote_cells(own.votes)
    posterior = cells.shares()
    for _ in range(steps):
        logs = np.log(confusion(cells, posterior))
        posterior = cells.posterior(logs, label_prior(posterior))
    return own.decided(posterior, expected_skill(cells, posterior))


def confusion(cells: VoteCells, posterior: Floats) -> Floats:
    """(C, K) probability of each cell's label given the true one, by its annotator."""
    seen = np.maximum(cells.expected(posterior), TINY)
    return np.asarray(seen / cells.by_worker(seen)[cells.worker])


def label_prior(posterior: Floats) -> Floats:
    """(K,) how common each label is, none of them 0."""
    return np.maximum(np.ones(len(posterior)) @ posterior / len(posterior), TINY)


def expected_skill(cells: VoteCells, posterior: Floats) -> Floats:
    """(W,) expected share of each annotator's votes that name the true label, in [0, 1]."""
    right = cells.expected(posterior)[cells.own]
    return np.asarray(cells.by_worker(right) / cells.by_worker(cells.votes))
