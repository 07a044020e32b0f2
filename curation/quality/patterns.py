"""Answers that follow the keys and not the texts: one button, labels in turn, long runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from curation.quality.answers import Answers, Flags, Floats, Ints
from curation.quality.classes import sum_by
from curation.quality.estimates import Estimate, jeffreys, shares

PERIODS = (1, 2, 3, 4)  # 1 finds runs, 2 ABAB, 3 ABC and AAB, 4 AABB
SHORTEST = 8  # answers; fewer show no pattern
SHUFFLES = (99, 999)  # for everybody, and for those who stand out then
STANDS_OUT = 0.05


@dataclass(frozen=True, kw_only=True)
class Favourite:
    """How often an annotator gave the label given most."""

    label: int
    share: Estimate


@dataclass(frozen=True, kw_only=True)
class Pattern:
    """How well the answers follow from those `period` answers before."""

    period: int
    share: Estimate


def favourites(answers: Answers, peers: Floats) -> list[Favourite | None]:
    """The label each annotator gave most, against what peers gave to the same tasks.

    `expected` is the peers' share of that label on these tasks, `p_value` the binomial probability
    of so high a share at that rate, times K for having looked for the label.

    Args:
        peers: (A, K) what a peer would say, one row per answer of `answers.first()`.
    """
    from scipy.special import bdtrc

    first = answers.first()
    counts, n = first.labels_per_worker(), first.per_worker()
    top = counts.argmax(axis=1)
    everyone = np.arange(first.n_workers)
    expected = sum_by(first.worker, peers, first.n_workers)[everyone, top] / np.maximum(n, 1)
    hits = counts[everyone, top]
    p_value = np.minimum(1.0, bdtrc(hits - 1, n, expected) * first.n_labels)
    found = shares(hits, n, expected=expected, p_value=np.where(hits > 0, p_value, 1.0))
    return [
        Favourite(label=int(label), share=share) if share else None
        for label, share in zip(top, found, strict=True)
    ]


def patterns(answers: Answers, peers: Floats, *, seed: int) -> list[Pattern | None]:
    """The period by which each annotator's answers repeat best, in the order they were given.

    The share counts answers equal to the one `period` answers before. `p_value` compares the best
    period with the best period of the annotator's own answers shuffled; `expected` is the share
    after shuffling or, where tasks came sorted, what the peers' answers in this order would give,
    whichever is higher.

    Args:
        peers: (A, K) what a peer would say, one row per answer of `answers.labelled()`.

    Returns:
        None where the order is unknown or fewer than 8 answers have one.
    """
    given = answers.labelled()
    known = np.isfinite(given.order)
    given, peers = given.where(known), peers[known]
    order = np.lexsort((given.task, given.order, given.worker))
    given, peers = given.where(order), peers[order]
    sequences = _Sequences(given.worker, given.n_workers)
    rates = sequences.rates(given.label)
    p_value, shuffled = _against_shuffles(sequences, given.label, rates.max(axis=1), seed=seed)
    alike = sequences.mean(lambda later, before: (peers[later] * peers[before]).sum(axis=1))
    return [
        _pattern(
            rates[worker],
            n=int(sequences.lengths[worker]),
            expected=np.maximum(alike[worker], shuffled[worker]),
            p_value=float(p_value[worker]),
        )
        for worker in range(given.n_workers)
    ]


class _Sequences:
    """Which answers stand 1, 2, 3 and 4 places apart in the same annotator's sequence."""

    def __init__(self, worker: Ints, n_workers: int) -> None:
        """
        Args:
            worker: (A,) ascending; within an annotator in the order of answering.
        """
        self.worker, self.n_workers = worker, n_workers
        self.lengths = np.bincount(worker, minlength=n_workers)
        self._pairs = []
        for period in PERIODS:
            later = np.arange(period, len(worker))
            later = later[worker[later] == worker[later - period]]
            self._pairs.append((later, later - period, worker[later]))

    def mean(self, value: Callable[[Ints, Ints], Floats | Flags]) -> Floats:
        """(W, P) means over an annotator's pairs of what `value` says of (later, before)."""
        columns = []
        for period, (later, before, whose) in zip(PERIODS, self._pairs, strict=True):
            total = np.bincount(whose, weights=value(later, before), minlength=self.n_workers)
            columns.append(total / np.maximum(self.lengths - period, 1))
        return np.stack(columns, axis=1)

    def rates(self, label: Ints) -> Floats:
        """(W, P) shares of pairs with equal labels."""
        return self.mean(lambda later, before: label[later] == label[before])


def _against_shuffles(
    sequences: _Sequences, label: Ints, found: Floats, *, seed: int
) -> tuple[Floats, Floats]:
    """(W,) probability of a best share at least as high by chance, (W,) mean best by chance."""
    dice = np.random.default_rng(seed)
    few, many = SHUFFLES
    p_value, mean = _chance(sequences, label, found, few, dice)
    standing_out = np.flatnonzero(p_value <= STANDS_OUT)
    theirs = np.isin(sequences.worker, standing_out)
    if theirs.any():
        some = _Sequences(sequences.worker[theirs], sequences.n_workers)
        again, _ = _chance(some, label[theirs], found, many, dice)
        p_value[standing_out] = again[standing_out]
    return p_value, mean


def _chance(
    sequences: _Sequences, label: Ints, found: Floats, rounds: int, dice: np.random.Generator
) -> tuple[Floats, Floats]:
    reached, total = np.ones(sequences.n_workers), np.zeros(sequences.n_workers)
    for _ in range(rounds):
        shuffled = label[np.argsort(sequences.worker + dice.random(len(label)))]
        best = sequences.rates(shuffled).max(axis=1)
        reached += best >= found - 1e-12
        total += best
    return reached / (rounds + 1), total / rounds


def _pattern(rates: Floats, *, n: int, expected: Floats, p_value: float) -> Pattern | None:
    """
    Args:
        rates: (P,) share of equal labels for each period.
        n: answers of the annotator.
        expected: (P,) the shares that nobody need wonder at.
    """
    if n < SHORTEST:
        return None
    best = int(rates.argmax())
    pairs = n - PERIODS[best]
    low, high = jeffreys(rates[best : best + 1] * pairs, np.array([float(pairs)]))
    share = Estimate(
        value=float(rates[best]),
        low=float(low[0]),
        high=float(high[0]),
        n=pairs,
        expected=float(expected[best]),
        p_value=p_value,
    )
    return Pattern(period=PERIODS[best], share=share)
