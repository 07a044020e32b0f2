"""What a rule's votes led to, beside what all votes lead to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.overlap.rules import Flags, Outcome, kept
from benchmarks.overlap.votes import Arrival
from curation.agreement.counts import Counts

MEASURES = ("votes", "equal", "same_label", "kept_label", "jaccard", "f1", "expected")


@dataclass(frozen=True, kw_only=True)
class Summary:
    """One measure over orders of arrival."""

    mean: float
    low: float  # 2.5th percentile of the single orders
    high: float  # 97.5th


def measured(arrival: Arrival, gamma: float, outcome: Outcome) -> dict[str, float]:
    """Shares in [0, 1], in one order of arrival.

    `votes`: used, of all. `equal`: keep-or-drop decisions equal to those of all votes.
    `same_label`: majority labels equal to those of all votes; `kept_label`: the same among the
    examples kept both ways. `jaccard`, `f1`: of the kept sets. `expected`: what the rule expected
    of `equal`.
    """
    everything = arrival.counts(arrival.overlap)
    wanted = kept(everything, gamma)
    kept_twice = outcome.keep & wanted
    both, either = kept_twice.sum(), (outcome.keep | wanted).sum()
    labels = majority(arrival.counts(outcome.asked)) == majority(everything)
    return {
        "votes": float(outcome.asked.sum() / arrival.overlap.sum()),
        "equal": float((outcome.keep == wanted).mean()),
        "same_label": float(labels.mean()),
        "kept_label": float(labels[kept_twice].mean()) if both else 1.0,
        "jaccard": float(both / either) if either else 1.0,
        "f1": float(2 * both / (both + either)) if either else 1.0,
        "expected": outcome.expected,
    }


def majority(counts: Counts) -> Flags:
    """(T,) the most frequent label; ties go to the label with more votes in the whole set."""
    ranked = np.lexsort((np.arange(counts.shape[1]), -counts.sum(axis=0)))
    return np.asarray(ranked[counts[:, ranked].argmax(axis=1)])


def summarised(rows: Sequence[Mapping[str, float]]) -> dict[str, Summary]:
    """Each measure over the orders."""
    return {name: summary([row[name] for row in rows]) for name in MEASURES}


def summary(values: Sequence[float]) -> Summary:
    """Mean and central 95 % of the values.

    >>> summary([0.5, 0.5])
    Summary(mean=0.5, low=0.5, high=0.5)
    """
    low, high = np.percentile(values, [2.5, 97.5])
    return Summary(mean=float(np.mean(values)), low=float(low), high=float(high))
