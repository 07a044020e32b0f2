"""MACE: who knows, and who only guesses."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from curation.aggregation.cells import VoteCells, vote_cells
from curation.aggregation.coding import coded
from curation.aggregation.result import Aggregated, Floats, Votes

STEPS = 50
NOISE = 0.5  # of the starting values
GUESSING = 0.5  # prior counts of knowing and of guessing, each
SPREAD = 10.0  # prior count of each label when guessing


def mace(votes: Votes, *, steps: int = STEPS, seed: int = 0) -> Aggregated:
    """Labels where every vote is either the true label or a guess by the annotator's own habit.

    Variational, with crowd-kit's priors and starting values. crowd-kit asks for ten restarts but
    draws the same starting values for each, so one gives its answer in a tenth of the time; and
    it mixes annotators up unless they come in ascending order, which they do here.

    Args:
        seed: of the starting values.

    Returns:
        Skills are the probability that an annotator knows, rather than guesses.

    Source: Hovy, Berg-Kirkpatrick, Vaswani and Hovy 2013, Learning Whom to Trust with MACE.
    """
    own = coded(votes)
    if not votes.n_tasks:
        return own.decided(np.zeros((0, 0)), np.zeros(0))
    cells = vote_cells(own.votes)
    model = _start(cells, len(own.workers), seed)
    for _ in range(steps):
        model = _better(cells, model, _posterior(cells, model))
    knows = model.strategy[:, 1] / model.strategy.sum(axis=1)
    return own.decided(_posterior(cells, model), knows)


@dataclass(frozen=True, kw_only=True)
class _Model:
    strategy: Floats  # (W, 2) weight of guessing and of knowing
    guess: Floats  # (W, K) weight of each label when guessing


def _start(cells: VoteCells, n_workers: int, seed: int) -> _Model:
    def drawn(columns: int) -> Floats:
        # crowd-kit draws both from a generator with the same seed
        rows = np.random.RandomState(seed).uniform(size=(n_workers, columns))
        rows = 1 + (1 + NOISE) * rows
        return np.asarray(rows / rows.sum(axis=1, keepdims=True))

    return _Model(strategy=drawn(2), guess=drawn(cells.n_labels))


def _weights(cells: VoteCells, model: _Model) -> tuple[Floats, Floats]:
    """(C,) of guessing a cell's label, and of giving it where it is true."""
    guessed = model.strategy[cells.worker, 0] * model.guess[cells.worker, cells.label]
    return guessed, guessed + model.strategy[cells.worker, 1]


def _posterior(cells: VoteCells, model: _Model) -> Floats:
    guessed, given = _weights(cells, model)
    logs = np.repeat(np.log(guessed)[:, None], cells.n_labels, axis=1)
    logs[cells.own] = np.log(given)
    return cells.posterior(logs, np.ones(cells.n_labels))


def _better(cells: VoteCells, model: _Model, posterior: Floats) -> _Model:
    guessed, given = _weights(cells, model)
    right = cells.expected(posterior)[cells.own]
    known = right * model.strategy[cells.worker, 1] / given
    guesses = right * guessed / given + cells.votes - right
    habits = np.zeros(model.guess.shape)
    habits[cells.worker, cells.label] = guesses
    strategy = np.stack([cells.by_worker(guesses), cells.by_worker(known)], axis=1)
    return _Model(strategy=_mean(strategy + GUESSING), guess=_mean(habits + SPREAD))


def _mean(counts: Floats) -> Floats:
    """Geometric means of a Dirichlet's probabilities, row by row."""
    from scipy.special import digamma

    return np.asarray(np.exp(digamma(counts) - digamma(counts.sum(axis=1, keepdims=True))))
