"""Cohen's κ of every pair of annotators, and their mean."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from curation.aggregation.result import Votes
from curation.agreement.bootstrap import UNKNOWN, Interval

Whole = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

MIN_SHARED = 5  # examples two annotators must share: κ of fewer is mostly chance
MOST_PAIRS = 20_000_000  # of votes on the same example
RESAMPLES, FEWEST = 400, 100
WORK = 200_000_000  # pairs of votes over all resamples, as far as FEWEST allows
NORMAL_95 = 1.959964


@dataclass(frozen=True, kw_only=True)
class PairwiseKappa:
    """Mean of Cohen's κ over pairs of annotators, each weighing by the examples they share."""

    kappa: float  # NaN where no pair has one
    interval: Interval  # 95 %, over examples
    pairs: int  # that enter
    pairs_left_out: int  # share fewer than MIN_SHARED examples, or name one and the same label
    examples: int  # on which two of them voted
    median_shared: float  # examples a pair of annotators shares, over all that share one; or NaN


@dataclass(frozen=True, kw_only=True)
class VotePairs:
    """M pairs of votes on the same example, by two of P pairs of annotators."""

    example: Whole  # (M,)
    pair: Whole  # (M,) in [0, P)
    first: Whole  # (M,) label of the annotator with the smaller code
    second: Whole  # (M,)
    n_pairs: int
    n_labels: int

    def kappas(self, weight: Floats | None = None) -> tuple[Floats, Floats]:
        """(P,) Cohen's κ, NaN where undefined, and (P,) examples shared.

        Args:
            weight: (M,) of each pair of votes; None for one each.
        """
        one_each: Floats = np.ones(len(self.pair)) if weight is None else weight
        shared = np.bincount(self.pair, one_each, self.n_pairs).astype(np.float64)
        same = np.bincount(self.pair, one_each * (self.first == self.second), self.n_pairs)
        first, second = (self._marginal(label, one_each) for label in (self.first, self.second))
        chance = (first * second).sum(axis=1)
        with np.errstate(invalid="ignore", divide="ignore"):
            kappa = (same * shared - chance) / (shared**2 - chance)
        return np.where(shared**2 - chance > 1e-9, kappa, np.nan), shared

    def only(self, keep: npt.NDArray[np.bool_]) -> VotePairs:
        """Only the pairs of annotators (P,) that are kept."""
        place = np.cumsum(keep) - 1
        mask = keep[self.pair]
        return VotePairs(
            example=self.example[mask],
            pair=place[self.pair[mask]],
            first=self.first[mask],
            second=self.second[mask],
            n_pairs=int(keep.sum()),
            n_labels=self.n_labels,
        )

    def _marginal(self, label: Whole, weight: Floats) -> Floats:
        cells = self.n_pairs * self.n_labels
        flat = np.bincount(self.pair * self.n_labels + label, weight, cells)
        return np.asarray(flat.reshape(self.n_pairs, self.n_labels))


def number_of_pairs(votes: Votes) -> int:
    """Pairs of votes on the same example."""
    per_example = np.bincount(votes.task, minlength=votes.n_tasks)
    return int((per_example * (per_example - 1) // 2).sum())


def pairwise_kappa(
    votes: Votes, *, seed: int = 0, min_shared: int = MIN_SHARED
) -> PairwiseKappa | None:
    """Mean of Cohen's κ over all pairs of annotators who share enough examples.

    Each pair weighs by the number of examples it shares. Pairs for which κ is undefined (both
    name one and the same label throughout) are left out. The interval is κ ± 1.96 standard
    deviations over resamples of examples: percentiles would be off, since κ of a few resampled
    examples is biased.

    Args:
        votes: an annotator votes at most once on an example.
        min_shared: examples a pair must share, ≥ 1.

    Returns:
        None with more than 20 million pairs of votes, which would take too long.

    Source: Cohen 1960, A coefficient of agreement for nominal scales.

    Two annotators agree on both of two examples:

    >>> codes = np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1]), np.array([0, 0, 1, 1])
    >>> task, worker, label = codes
    >>> votes = Votes(task=task, worker=worker, label=label, n_tasks=2, n_labels=2)
    >>> pairwise_kappa(votes, min_shared=2).kappa
    1.0
    """
    if number_of_pairs(votes) > MOST_PAIRS:
        return None
    everyone = vote_pairs(votes)
    kappas, shared = everyone.kappas()
    enough = (shared >= min_shared) & ~np.isnan(kappas)
    chosen = everyone.only(enough)
    examples, place = np.unique(chosen.example, return_inverse=True)
    return PairwiseKappa(
        kappa=_mean(kappas[enough], shared[enough]),
        interval=_interval(chosen, place, len(examples), seed),
        pairs=chosen.n_pairs,
        pairs_left_out=everyone.n_pairs - chosen.n_pairs,
        examples=len(examples),
        median_shared=float(np.median(shared)) if len(shared) else float("nan"),
    )


def vote_pairs(votes: Votes) -> VotePairs:
    """Every pair of votes on the same example."""
    order = np.lexsort((votes.worker, votes.task))
    task, worker, label = votes.task[order], votes.worker[order], votes.label[order]
    per_example = np.bincount(task, minlength=votes.n_tasks)
    start = np.cumsum(per_example) - per_example
    firsts, seconds = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
    for size in np.unique(per_example[per_example >= 2]).tolist():
        begin = start[per_example == size][:, None]
        one, other = np.triu_indices(size, 1)
        firsts.append((begin + one).ravel())
        seconds.append((begin + other).ravel())
    first, second = np.concatenate(firsts), np.concatenate(seconds)
    people = worker[first] * (int(worker.max(initial=0)) + 1) + worker[second]
    distinct, pair = np.unique(people, return_inverse=True)
    return VotePairs(
        example=task[first],
        pair=pair,
        first=label[first],
        second=label[second],
        n_pairs=len(distinct),
        n_labels=votes.n_labels,
    )


def _interval(pairs: VotePairs, place: Whole, examples: int, seed: int) -> Interval:
    if examples < 2:
        return UNKNOWN
    value = _mean(*pairs.kappas())
    rng = np.random.default_rng(seed)
    size = min(RESAMPLES, max(FEWEST, WORK // len(place)))
    found = []
    for _ in range(size):
        times = np.bincount(rng.integers(examples, size=examples), minlength=examples)
        found.append(_mean(*pairs.kappas(times[place].astype(np.float64))))
    reach = NORMAL_95 * float(np.nanstd(found))
    return Interval(low=max(-1.0, value - reach), high=min(1.0, value + reach))


def _mean(kappas: Floats, shared: Floats) -> float:
    known = ~np.isnan(kappas)
    if not shared[known].sum():
        return float("nan")
    return float(np.average(kappas[known], weights=shared[known]))
