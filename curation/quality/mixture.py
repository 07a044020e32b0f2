"""Which type each annotator is, fitted together with how hard each task is.

Belief propagation: every answer tells its task what the annotator, judged by *other* tasks,
probably saw, and tells its annotator what the *other* annotators probably saw in that task.
So nobody is compared with a consensus that holds the own vote, and the votes of the careless
count for little. Gold and attention items are tasks whose label is known; repeated answers tell
readers from guessers, and a kindred annotator tells a view from a whim. All evidence multiplies.

Source: Liu, Peng and Ihler 2012, Variational Inference for Crowdsourcing (belief propagation
with a prior over ability); the states and the task classes are ours, see `types` and `classes`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from curation.quality.answers import REPEAT, Answers, Floats, Ints
from curation.quality.classes import (
    Classes,
    known_labels,
    label_shares,
    learned_classes,
    normalised,
    starting_classes,
    sum_by,
)
from curation.quality.kindred import kindred
from curation.quality.types import (
    KIND,
    KINDS,
    LEANING,
    LEVEL,
    OPPOSES,
    OWN_VIEW,
    READS,
    STRENGTH,
    learned_shares,
    starting_shares,
)

STEPS = 15  # verdicts move by less than 0.01 on average after that
SMOOTHING = 4.0  # answers that the project's label shares weigh as much as in an own habit
FAVOURITE = 0.95  # share of the favourite label among unread answers of the leaning
RECALL = (0.3, 0.6, 0.9)  # possible shares of repeated texts that a reader answers as before


@dataclass(frozen=True, kw_only=True)
class Types:
    """Who is what, and what the peers probably saw."""

    probability: Floats  # (W, 5) in the order of KINDS, rows sum to 1
    state: Floats  # (W, S) rows sum to 1
    peers: Floats  # (A, K) what an attentive peer would say, own answer left out; first answers
    shares: Floats  # (5,) how common each type is found

    def interval(self, worker: int) -> tuple[float, float, float]:
        """Mean, 2.5th and 97.5th percentile of an annotator's tracking level."""
        order = np.argsort(LEVEL)
        below = np.cumsum(self.state[worker, order])
        ends = np.searchsorted(below, [0.025, 0.975]).clip(max=len(order) - 1)
        low, high = LEVEL[order][ends].tolist()
        return float(self.state[worker] @ LEVEL), low, high


@dataclass(frozen=True, kw_only=True)
class _Evidence:
    """What stays the same over the steps."""

    first: Answers  # A answers, one per task and annotator
    base: Floats  # (K,)
    unread: Floats  # (A, S) probability of the label given without reading
    beyond: Floats  # (W, S) log-likelihood of what is no agreement with the consensus


def annotator_types(answers: Answers) -> Types:
    """The probability of each type for each annotator.

    Annotators without any answer get the shares found among the others.

    Returns:
        See `Types`; `peers` has one row per answer of `answers.first()`.
    """
    first = answers.first()
    base = label_shares(first)
    evidence = _Evidence(
        first=first, base=base, unread=_unread(first, base), beyond=_beyond_peers(answers, base)
    )
    shares, classes = starting_shares(), starting_classes(base)
    known = known_labels(answers, classes)
    follows = np.full(len(first.task), 0.6)  # as if everybody were fairly attentive
    messages = _messages(classes, first.label, follows, 0 * follows, 0.4 * base[first.label])
    for _ in range(STEPS):
        others, tasks = _tasks(first, messages, classes, known)
        likelihood = _likelihood(others, classes, evidence)
        state = sum_by(first.worker, likelihood, first.n_workers) + evidence.beyond
        state += np.log(shares)
        messages, attentive = _reply(state, likelihood, classes, evidence)
        posterior = normalised(state)
        shares = learned_shares(posterior[first.per_worker() > 0])
        seen = _per_label(attentive * tasks[first.task], first.label, len(base))
        peers = others @ classes.answers
        classes = learned_classes(classes, base, seen, tasks.sum(axis=0))
    return Types(
        probability=_by_kind(posterior),
        state=posterior,
        peers=peers,
        shares=_by_kind(shares[None])[0],
    )


def _by_kind(states: Floats) -> Floats:
    return np.stack([states[:, kind == KIND].sum(axis=1) for kind in range(len(KINDS))], axis=1)


def _per_label(values: Floats, label: Ints, n_labels: int) -> Floats:
    """(A, C) summed over answers of equal label, as (C, K)."""
    return sum_by(label, values, n_labels).T


def _tasks(
    first: Answers, messages: Floats, classes: Classes, known: Floats
) -> tuple[Floats, Floats]:
    """What the other answers say of each answer's task (A, C), and all of them of a task (T, C)."""
    logs = np.log(messages)
    total = sum_by(first.task, logs, first.n_tasks) + np.log(classes.share) + known
    return normalised(total[first.task] - logs), normalised(total)


def _likelihood(others: Floats, classes: Classes, evidence: _Evidence) -> Floats:
    """(A, S) log-probability of each answer if its annotator were in each state."""
    label = evidence.first.label
    follows = (others * classes.answers.T[label]).sum(axis=1)
    avoids = (1 - follows) / (classes.answers.shape[1] - 1)
    read = np.where(OPPOSES, avoids[:, None], follows[:, None])
    return np.asarray(np.log(STRENGTH * read + (1 - STRENGTH) * evidence.unread))


def _reply(
    state: Floats, likelihood: Floats, classes: Classes, evidence: _Evidence
) -> tuple[Floats, Floats]:
    """Each answer's message to its task, and the share of it that is an attentive answer.

    Args:
        state: (W, S) log-weights of the states from all answers.
        likelihood: (A, S) the part of each answer in them.
    """
    first = evidence.first
    judged = normalised(state[first.worker] - likelihood)  # by the annotator's other answers
    follows = judged @ np.where(OPPOSES, 0.0, STRENGTH)
    avoids = judged @ np.where(OPPOSES, STRENGTH, 0.0)
    unread = (judged * (1 - STRENGTH) * evidence.unread).sum(axis=1)
    messages = _messages(classes, first.label, follows, avoids, unread)
    return messages, follows[:, None] * classes.answers.T[first.label] / messages


def _messages(
    classes: Classes, label: Ints, follows: Floats, avoids: Floats, unread: Floats
) -> Floats:
    """(A, C) probability of each answer if its task were of each class."""
    astray = avoids / (classes.answers.shape[1] - 1)  # avoiding spreads over the other labels
    attentive = classes.answers.T[label]
    return np.asarray((follows - astray)[:, None] * attentive + (astray + unread)[:, None])


def _unread(first: Answers, base: Floats) -> Floats:
    """(A, S) probability of each label from its annotator's other labels alone."""
    counts, label = first.labels_per_worker(), first.label
    others = counts[first.worker, label] - 1 + SMOOTHING * base[label]
    own = others / (first.per_worker()[first.worker] - 1 + SMOOTHING)
    favourite = label == counts.argmax(axis=1)[first.worker]
    leaning = (1 - FAVOURITE) * base[label] + FAVOURITE * favourite
    return np.where(KIND == LEANING, leaning[:, None], own[:, None])


def _beyond_peers(answers: Answers, base: Floats) -> Floats:
    """(W, S) what repeated answers and a kindred annotator say, as log-likelihoods.

    To repeated texts the careless draw anew while readers may recall; a kindred annotator speaks
    for a view that is the annotator's own but not a whim.
    """
    first = answers.first()
    counts = first.labels_per_worker()
    habit = (counts + SMOOTHING * base) / (counts.sum(axis=1, keepdims=True) + SMOOTHING)
    worker, label, same = repeated(answers)
    anew = habit[worker, label][:, None]
    rates = np.array(RECALL)
    recalled = np.log(rates * same[:, None] + (1 - rates) * anew)
    per_rate = sum_by(worker, recalled, answers.n_workers)
    reading = np.logaddexp.reduce(per_rate - np.log(len(rates)), axis=1)
    guessing = sum_by(worker, np.log(anew), answers.n_workers)[:, 0]
    shared = np.where(KIND == OWN_VIEW, kindred(first, habit)[:, None], 0.0)
    return np.where(READS, reading[:, None], guessing[:, None]) + shared


def peers_of_all(answers: Answers, peers: Floats) -> Floats:
    """What a peer would say, for repeated answers too.

    Args:
        peers: (A, K) one row per answer of `answers.first()`.

    Returns:
        One row per answer of `answers.labelled()`; the project's label shares where the first
        answer to the task was a skip.
    """
    first, every = answers.first(), answers.labelled()
    keys = first.worker * answers.n_tasks + first.task
    wanted = every.worker * answers.n_tasks + every.task
    rows = np.tile(label_shares(first), (len(wanted), 1))
    found = np.isin(wanted, keys)
    order = np.argsort(keys, kind="stable")
    rows[found] = peers[order][np.searchsorted(keys[order], wanted[found])]
    return rows


def repeated(answers: Answers) -> tuple[Ints, Ints, Ints]:
    """Annotator, label and whether it equals the first answer, for each repeated answer."""
    first = answers.first()
    again = answers.where((answers.purpose == REPEAT) & (answers.label >= 0))
    keys = first.worker * answers.n_tasks + first.task
    wanted = again.worker * answers.n_tasks + again.task
    again = again.where(np.isin(wanted, keys))  # the first answer may have been a skip
    order = np.argsort(keys, kind="stable")
    place = np.searchsorted(keys[order], again.worker * answers.n_tasks + again.task)
    same = again.label == first.label[order][place]
    return again.worker, again.label, same.astype(np.int64)
