"""Skill by Dawid and Skene's model, own answer left out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from curation.quality.answers import Answers, Floats
from curation.quality.classes import normalised, sum_by
from curation.quality.estimates import Estimate

STEPS = 100  # a fixed number: stopping early leaves posteriors off by up to 0.27
SMOOTHING = 3.0  # answers per true label that the pooled confusion weighs as much as
TINY = 1e-10
ACCURACIES = np.linspace(0.005, 0.995, 100)


@dataclass(frozen=True, kw_only=True)
class DawidSkene:
    """A fitted model."""

    posterior: Floats  # (T, K) rows sum to 1 where a task has answers
    confusion: Floats  # (W, K, K) [annotator, true label, given label]
    prior: Floats  # (K,)


def fit_dawid_skene(
    answers: Answers, *, steps: int = STEPS, smoothing: float = SMOOTHING
) -> DawidSkene:
    """Expectation maximisation over one confusion matrix per annotator, vectorised.

    Args:
        answers: one answer per task and annotator, no skips (see `Answers.first`).
        smoothing: pulls the matrix of an annotator with few answers towards everybody's;
            0 gives the plain model, as crowd-kit computes it.

    Source: Dawid and Skene 1979, Maximum Likelihood Estimation of Observer Error-Rates.
    """
    posterior = _shares(answers)
    for _ in range(steps):
        confusion = _confusion(answers, posterior, smoothing)
        prior = np.maximum(posterior.sum(axis=0) / max(answers.n_tasks, 1), TINY)
        logs = np.log(np.maximum(confusion[answers.worker, :, answers.label], TINY))
        posterior = normalised(sum_by(answers.task, logs, answers.n_tasks) + np.log(prior))
    return DawidSkene(posterior=posterior, confusion=confusion, prior=prior)


def skill(answers: Answers) -> list[Estimate | None]:
    """The accuracy of each annotator, tasks judged by the others alone.

    Given the others' posterior of a task, an annotator of accuracy a names a label of posterior p
    with probability a · p + (1 - a) · (1 - p) / (K - 1). The value is the mean of a over what that
    leaves possible, starting from every accuracy alike, and the interval its middle 95 %: doubt
    about the tasks widens it. Tasks with one answer tell nothing and are left out.
    """
    first = answers.first()
    model = fit_dawid_skene(first)
    own = np.log(np.maximum(model.confusion[first.worker, :, first.label], TINY))
    others = normalised(np.log(np.maximum(model.posterior, 1e-300))[first.task] - own)
    shared = np.bincount(first.task, minlength=first.n_tasks)[first.task] >= 2
    right = others[np.arange(len(others)), first.label][shared]
    return _accuracies(first.where(shared), right)


def _accuracies(answers: Answers, right: Floats) -> list[Estimate | None]:
    """
    Args:
        right: (A,) probability that each answer is right, by the others.
    """
    wrong = (1 - right) / (answers.n_labels - 1)
    columns = [
        np.bincount(
            answers.worker,
            weights=np.log(np.maximum(level * right + (1 - level) * wrong, TINY)),
            minlength=answers.n_workers,
        )
        for level in ACCURACIES
    ]
    weights = normalised(np.stack(columns, axis=1))
    below = np.cumsum(weights, axis=1)
    low, high = (
        ACCURACIES[(below < end).sum(axis=1).clip(max=len(ACCURACIES) - 1)]
        for end in (0.025, 0.975)
    )
    n = answers.per_worker()
    value = weights @ ACCURACIES
    return [
        Estimate(value=float(value[i]), low=float(low[i]), high=float(high[i]), n=int(n[i]))
        if n[i]
        else None
        for i in range(len(n))
    ]


def _shares(answers: Answers) -> Floats:
    """(T, K) vote shares; tasks without answers get even ones."""
    cells = np.bincount(
        answers.task * answers.n_labels + answers.label,
        minlength=answers.n_tasks * answers.n_labels,
    ).reshape(answers.n_tasks, answers.n_labels)
    votes = cells.sum(axis=1, keepdims=True)
    return np.where(votes > 0, cells / np.maximum(votes, 1), 1 / answers.n_labels)


def _confusion(answers: Answers, posterior: Floats, smoothing: float) -> Floats:
    """(W, K, K) probability of each given label for each true one, pulled towards everybody's."""
    cells = answers.worker * answers.n_labels + answers.label
    n_labels, n_cells = answers.n_labels, answers.n_workers * answers.n_labels
    given = sum_by(cells, posterior[answers.task], n_cells).reshape(-1, n_labels, n_labels)
    given = given.transpose(0, 2, 1)  # [annotator, true, given]
    if smoothing:
        pooled = given.sum(axis=0) + 1.0
        given = given + smoothing * pooled / pooled.sum(axis=1, keepdims=True)
    total = given.sum(axis=2, keepdims=True)
    return np.asarray(given / np.where(total > 0, total, 1.0))
