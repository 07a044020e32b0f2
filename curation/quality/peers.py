"""Agreement with the other annotators of the same tasks."""

from __future__ import annotations

import numpy as np

from curation.agreement import vote_counts
from curation.quality.answers import Answers, Floats, Ints
from curation.quality.classes import sum_by
from curation.quality.estimates import Estimate, jeffreys


def peer_agreement(answers: Answers) -> list[Estimate | None]:
    """How far each annotator agrees with the peers of the same tasks beyond chance: κ, at most 1.

    The agreement on a task is the share of the *other* annotators who gave the same label. Chance
    is what somebody with the same label shares would reach who gave them to any of these tasks,
    so naming the usual label all the time scores 0, and below 0 is opposition. The interval is
    Jeffreys' for as many trials as tasks, a little too wide, since a share varies less than a
    single comparison; the chance level is taken as known.

    Returns:
        None for annotators without peers, or where chance agreement is certain. `n` counts tasks
        with peers.

    Two annotators agree on two tasks of different labels, a third gives the first label to both:

    >>> from curation.quality.answers import votes_only
    >>> answers = votes_only(
    ...     np.array([0, 0, 0, 1, 1, 1]), np.array([0, 1, 2, 0, 1, 2]),
    ...     np.array([0, 0, 0, 1, 1, 0]), n_tasks=2, n_workers=3, n_labels=2,
    ... )
    >>> [round(one.value, 2) for one in peer_agreement(answers)]
    [0.5, 0.5, 0.0]
    """
    first = answers.first()
    counts = vote_counts(
        first.task, first.label, n_tasks=answers.n_tasks, n_labels=answers.n_labels
    )
    has_peers = counts.sum(axis=1)[first.task] >= 2
    seen = first.where(has_peers)
    others = counts[seen.task].astype(np.float64)
    others[np.arange(len(others)), seen.label] -= 1
    others /= others.sum(axis=1, keepdims=True)
    n = seen.per_worker()
    same = others[np.arange(len(others)), seen.label]
    agreed = np.bincount(seen.worker, weights=same, minlength=answers.n_workers)
    return _corrected(agreed.astype(np.float64), n, _chance(seen, others))


def _chance(seen: Answers, others: Floats) -> Floats:
    """(W,) agreement of somebody with the annotator's label shares who does not read."""
    peers = sum_by(seen.worker, others, seen.n_workers)
    size = np.maximum(seen.per_worker(), 1)[:, None]
    return np.asarray(((seen.labels_per_worker() / size) * (peers / size)).sum(axis=1))


def _corrected(agreed: Floats, n: Ints, chance: Floats) -> list[Estimate | None]:
    low, high = jeffreys(agreed, np.maximum(n, 1).astype(np.float64))

    def beyond(share: float, by_chance: float) -> float:
        return float((share - by_chance) / (1 - by_chance))

    return [
        Estimate(
            value=beyond(agreed[i] / n[i], chance[i]),
            low=beyond(low[i], chance[i]),
            high=beyond(high[i], chance[i]),
            n=int(n[i]),
            expected=0.0,
        )
        if n[i] > 0 and chance[i] < 1 - 1e-9
        else None
        for i in range(len(n))
    ]
