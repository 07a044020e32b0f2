"""CROWDLAB: votes and a classifier's predictions together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from curation.aggregation.coding import CodedVotes, coded
from curation.aggregation.majority import agreement_with, label_sums, weighted_shares
from curation.aggregation.result import (
    Aggregated,
    AggregatorRefused,
    Floats,
    Ints,
    Votes,
    most_probable,
    preferred_labels,
)

TINY = 1e-6  # cleanlab's floor of weights and errors


def crowdlab(votes: Votes, predictions: Floats) -> Aggregated:
    """A weighted mean of a classifier's probabilities and the votes.

    An annotator weighs as much as their agreement with others is better than always naming the
    commonest label; the classifier likewise. cleanlab's own arithmetic on columns of votes instead
    of a table of examples × annotators; where it draws a tie at random, `decide`'s rule holds.

    Args:
        predictions: (T, K) probabilities of a classifier that did not learn from these votes;
            rows sum to 1.

    Returns:
        Labels are CROWDLAB's consensus, probabilities those after one look at it. Skills are its
        annotator quality, in [0, 1].

    Raises:
        AggregatorRefused: no task has two votes, or the project has one label.

    Source: Goh, Tkachenko and Mueller 2022, CROWDLAB (arXiv 2210.06812).
    """
    if not votes.n_tasks:
        return Aggregated(
            labels=np.zeros(0, dtype=np.int64),
            probabilities=np.zeros((0, votes.n_labels)),
            skills=np.zeros(0),
        )
    own = coded(votes)
    view = _view(own, predictions)
    first = _weighed(view, _consensus_of_votes(view, predictions), predictions)
    consensus = _best(first.posterior, _consensus_of_votes(view, predictions))
    second = _weighed(view, consensus, predictions)
    quality = own.spread(_quality(view, consensus, second))
    return Aggregated(labels=consensus, probabilities=second.posterior, skills=quality)


@dataclass(frozen=True, kw_only=True)
class _View:
    votes: Votes  # annotators renumbered, labels as in the project
    per_task: Ints  # (T,) votes
    shared: Ints  # (T,) 1 where a task has two votes or more


@dataclass(frozen=True, kw_only=True)
class _Weighed:
    posterior: Floats  # (T, K)
    annotators: Floats  # (W,) weights
    model: float


def _view(own: CodedVotes, predictions: Floats) -> _View:
    coded_votes, original = own.votes, own.original
    if original.n_labels < 2:
        raise AggregatorRefused("CROWDLAB needs a project with two labels or more.")
    per_task = np.bincount(coded_votes.task, minlength=coded_votes.n_tasks)
    if per_task.max() < 2:
        raise AggregatorRefused(
            "CROWDLAB weighs annotators by how they agree with each other, but no example has two "
            "votes; ask more people about the same examples."
        )
    votes = Votes(
        task=coded_votes.task,
        worker=coded_votes.worker,
        label=own.labels[coded_votes.label],
        n_tasks=original.n_tasks,
        n_labels=original.n_labels,
    )
    return _View(votes=votes, per_task=per_task, shared=np.flatnonzero(per_task > 1))


def _consensus_of_votes(view: _View, predictions: Floats) -> Ints:
    """The majority; ties go to the label the classifier holds more likely."""
    shares = weighted_shares(view.votes)
    tied = shares >= shares.max(axis=1, keepdims=True) - 1e-9
    return most_probable(np.where(tied, predictions, -1.0), preferred_labels(view.votes))


def _best(posterior: Floats, otherwise: Ints) -> Ints:
    """The most probable label; of equals the majority's."""
    rows = np.arange(len(posterior))
    top = posterior.max(axis=1)
    return np.where(posterior[rows, otherwise] >= top, otherwise, posterior.argmax(axis=1))


def _weighed(view: _View, consensus: Ints, predictions: Floats) -> _Weighed:
    votes, shared = view.votes, view.shared
    right = consensus[votes.task] == votes.label
    agreed = np.bincount(votes.task, weights=right, minlength=votes.n_tasks) / view.per_task
    likelihood = agreed[shared].mean()
    other = (1 - likelihood) / (votes.n_labels - 1)
    commonest = np.bincount(consensus[shared]).argmax()
    error = max(float((consensus[shared] != commonest).mean()), TINY)
    annotators = np.maximum(1 - (1 - _with_others(view)) / error, TINY)
    missed = float((predictions[shared].argmax(axis=1) != consensus[shared]).mean())
    model = max(1 - missed / error, TINY) * float(np.sqrt(view.per_task.mean()))
    cells = label_sums(votes, annotators[votes.worker])
    total = cells.sum(axis=1, keepdims=True)
    posterior = predictions * model + cells * likelihood + (total - cells) * other
    return _Weighed(posterior=posterior / (total + model), annotators=annotators, model=model)


def _with_others(view: _View) -> Floats:
    """(W,) share of the others' votes on each annotator's tasks that name the same label.

    Whoever shares no task with anybody gets the mean of the rest.
    """
    votes = view.votes
    cell = votes.task * votes.n_labels + votes.label
    same = np.bincount(cell, minlength=votes.n_tasks * votes.n_labels)[cell] - 1
    alike = np.bincount(votes.worker, weights=same)
    others = np.bincount(votes.worker, weights=view.per_task[votes.task] - 1)
    share = np.divide(alike, others, out=np.full(len(alike), np.nan), where=others > 0)
    return np.where(np.isnan(share), np.nanmean(share), share)


def _quality(view: _View, consensus: Ints, weighed: _Weighed) -> Floats:
    votes = view.votes
    own = np.bincount(votes.worker, weights=weighed.posterior[votes.task, votes.label])
    by_posterior = own / np.bincount(votes.worker)
    kept = view.per_task[votes.task] > 1
    of_shared = Votes(
        task=votes.task[kept], worker=votes.worker[kept], label=votes.label[kept],
        n_tasks=votes.n_tasks, n_labels=votes.n_labels,
    )  # fmt: skip
    by_consensus = np.full(votes.n_workers, np.nan)
    agreed = agreement_with(of_shared, consensus)
    by_consensus[: len(agreed)] = agreed
    crowd = weighed.annotators.sum() * view.per_task.mean() / len(weighed.annotators)
    share = weighed.model / (weighed.model + crowd)
    mixed = share * by_posterior + (1 - share) * by_consensus
    return np.asarray(np.where(np.isnan(by_consensus), by_posterior, mixed))
