"""What tasks there are: a label and how hard it is to see.

A task of a class is answered by an attentive annotator with the class's label probabilities: near
certain for easy classes, little better than the project's label shares for the hardest. Where the
crowd is divided the hard classes fit best, and there nobody's disagreement tells much.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from curation.quality.answers import Answers, Floats, Ints

CLARITY = (0.97, 0.7, 0.4, 0.1)  # share of attentive annotators who see the label for certain
PRIOR_ANSWERS = 50.0  # answers per class that the starting probabilities weigh as much as
PRIOR_TASKS = 10.0
KNOWN = -30.0  # log-weight of classes that contradict a known label


@dataclass(frozen=True, kw_only=True)
class Classes:
    """C classes of tasks with K labels."""

    label: Ints  # (C,) in [0, K)
    start: Floats  # (C, K) label probabilities before any answer, rows sum to 1
    answers: Floats  # (C, K) label probabilities of an attentive annotator, rows sum to 1
    share: Floats  # (C,) sums to 1


def label_shares(answers: Answers) -> Floats:
    """(K,) how common each label is in the project, none of them 0."""
    counts = answers.labels_per_worker().sum(axis=0) + 1.0
    return np.asarray(counts / counts.sum())


def starting_classes(base: Floats) -> Classes:
    """
    Args:
        base: (K,) shares of the labels.

    >>> starting_classes(np.array([0.5, 0.5])).answers[0].round(3).tolist()
    [0.985, 0.015]
    """
    n_labels = len(base)
    label = np.repeat(np.arange(n_labels), len(CLARITY))
    clear = np.tile(CLARITY, n_labels)[:, None]
    start = clear * np.eye(n_labels)[label] + (1 - clear) * base
    return Classes(label=label, start=start, answers=start, share=base[label] / len(CLARITY))


def learned_classes(classes: Classes, base: Floats, seen: Floats, tasks: Floats) -> Classes:
    """The classes after a look at who answered what.

    Args:
        seen: (C, K) attentive answers per class and label, fractions allowed.
        tasks: (C,) tasks per class, fractions allowed.
    """
    answers = seen + PRIOR_ANSWERS * classes.start
    share = tasks + PRIOR_TASKS * base[classes.label] / len(CLARITY)
    return Classes(
        label=classes.label,
        start=classes.start,
        answers=answers / answers.sum(axis=1, keepdims=True),
        share=share / share.sum(),
    )


def known_labels(answers: Answers, classes: Classes) -> Floats:
    """(T, C) log-weights: 0, or KNOWN where the task's known label is another one."""
    weights = np.zeros((answers.n_tasks, len(classes.label)))
    known = answers.gold >= 0
    contradicts = classes.label[None, :] != answers.gold[known][:, None]
    weights[known] = np.where(contradicts, KNOWN, 0.0)
    return weights


def sum_by(group: Ints, values: Floats, n_groups: int) -> Floats:
    """Column sums per group.

    Args:
        group: (A,) int in [0, n_groups).
        values: (A, C).

    Returns:
        (n_groups, C).

    >>> sum_by(np.array([0, 1, 0]), np.array([[1.0], [2.0], [3.0]]), 2).tolist()
    [[4.0], [2.0]]
    """
    from scipy.sparse import csr_matrix

    places = np.arange(len(group))
    belongs = csr_matrix((np.ones(len(group)), (group, places)), shape=(n_groups, len(group)))
    return np.asarray(belongs @ values)


def normalised(logs: Floats) -> Floats:
    """Rows of log-weights as probabilities.

    >>> normalised(np.log([[1.0, 3.0]])).tolist()
    [[0.25, 0.75]]
    """
    weights = np.asarray(logs - logs.max(axis=1, keepdims=True), dtype=np.float64)
    np.exp(weights, out=weights)
    weights /= weights.sum(axis=1, keepdims=True)
    return weights
