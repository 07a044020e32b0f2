"""Whether somebody who disagrees with most agrees with one other annotator all the same."""

from __future__ import annotations

import numpy as np

from curation.quality.answers import Answers, Floats, Ints

RESEMBLANCE = (0.3, 0.5, 0.7)  # possible shares of texts on which two kindred people see the same
TOGETHER = 0.5  # share of the annotator's texts that the other must have answered too


def kindred(first: Answers, habit: Floats) -> Floats:
    """Evidence that each annotator shares a view with some other one, against answers unread.

    Under a shared view of strength s the annotator gives the other's label with probability s and
    otherwise draws from the own habit; without reading, all labels come from the habit. The
    evidence is the mean over others and strengths of the likelihood ratio of the labels, so that
    having looked at many others makes none of them more convincing. Chance, or a common liking for
    one label, gives about 0 or less.

    Args:
        first: one answer per task and annotator, no skips.
        habit: (W, K) the annotators' label shares, none of them 0.

    Returns:
        (W,) natural logarithm of the ratio; 0 where nobody answered half of the same texts.

    Two annotators give the same labels to four texts, a third always the opposite:

    >>> from curation.quality.answers import votes_only
    >>> label = np.array([0, 0, 1, 0, 0, 1, 1, 1, 0, 1, 1, 0])
    >>> answers = votes_only(
    ...     np.repeat(np.arange(4), 3), np.tile(np.arange(3), 4), label,
    ...     n_tasks=4, n_workers=3, n_labels=2,
    ... )
    >>> kindred(answers, np.full((3, 2), 0.5)).round(1).tolist()
    [1.0, 1.0, -2.3]
    """
    worker, shared, same = _pairs(first)
    ratios = np.zeros((len(worker), len(RESEMBLANCE)))
    for place, strength in enumerate(RESEMBLANCE):
        gain = np.log((strength + (1 - strength) * habit[worker]) / habit[worker])
        missed = shared - same.sum(axis=1)
        ratios[:, place] = (same * gain).sum(axis=1) + missed * np.log(1 - strength)
    pair = np.logaddexp.reduce(ratios - np.log(len(RESEMBLANCE)), axis=1)
    return _mean_of_exponentials(worker, pair, first.n_workers)


def _pairs(first: Answers) -> tuple[Ints, Ints, Ints]:
    """Annotators beside somebody who answered half of their tasks.

    Returns:
        (P,) the annotator of each pair, (P,) the tasks shared, (P, K) labels given alike.
    """
    from scipy.sparse import csr_matrix

    size = (first.n_workers, first.n_tasks)

    def together(chosen: Ints) -> csr_matrix:
        ones = np.ones(len(chosen))
        seen = csr_matrix((ones, (first.worker[chosen], first.task[chosen])), shape=size)
        return seen @ seen.T

    every = together(np.arange(len(first.task))).tocoo()
    enough = (every.row != every.col) & (every.data >= TOGETHER * first.per_worker()[every.row])
    worker, other, shared = every.row[enough], every.col[enough], every.data[enough]
    alike = [together(np.flatnonzero(first.label == k)).tocsr() for k in range(first.n_labels)]
    if not len(worker):
        return worker, shared, np.zeros((0, first.n_labels), dtype=np.int64)
    same = np.stack([np.asarray(pairs[worker, other]).ravel() for pairs in alike], axis=1)
    return worker, shared, same


def _mean_of_exponentials(group: Ints, logs: Floats, n_groups: int) -> Floats:
    """(n_groups,) logarithm of the mean of exp(logs) in each group; 0 for an empty one."""
    highest = np.full(n_groups, -np.inf)
    np.maximum.at(highest, group, logs)
    n = np.bincount(group, minlength=n_groups)
    total = np.bincount(group, weights=np.exp(logs - highest[group]), minlength=n_groups)
    found = n > 0
    means = np.zeros(n_groups)
    means[found] = highest[found] + np.log(total[found] / n[found])
    return means
