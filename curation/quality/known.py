"""Accuracy where the answer is known, and answers to the same text twice."""

from __future__ import annotations

import numpy as np

from curation.quality.answers import REPEAT, Answers
from curation.quality.estimates import Estimate, shares
from curation.quality.mixture import repeated


def accuracy(answers: Answers, purpose: int) -> list[Estimate | None]:
    """Share of right answers to the tasks of one purpose (gold, attention, qualification).

    Skips count as neither; None for annotators who answered none of these tasks.
    """
    asked = answers.where(
        (answers.purpose == purpose) & (answers.label >= 0) & (answers.gold[answers.task] >= 0)
    )
    right = asked.label == asked.gold[asked.task]
    hits = np.bincount(asked.worker, weights=right, minlength=answers.n_workers)
    return shares(hits, asked.per_worker())


def self_consistency(answers: Answers) -> list[Estimate | None]:
    """Share of repeated texts that got the same label again.

    `expected` is what somebody who draws labels from the annotator's own habit would reach.
    """
    worker, _, same = repeated(answers)
    hits = np.bincount(worker, weights=same, minlength=answers.n_workers)
    n = np.bincount(worker, minlength=answers.n_workers)
    counts = answers.labels_per_worker() / np.maximum(answers.labelled().per_worker(), 1)[:, None]
    return shares(hits, n, expected=(counts**2).sum(axis=1))


def skip_share(answers: Answers) -> list[Estimate | None]:
    """Share of tasks that were skipped."""
    shown = answers.where(answers.purpose != REPEAT)
    skipped = shown.where(shown.label < 0)
    return shares(skipped.per_worker(), shown.per_worker())
