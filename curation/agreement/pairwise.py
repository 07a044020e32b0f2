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
TOGETHER = 10  # resamples in memory at a time
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
    """M pairs of votes on the same example, in C cells: two annotators and their two labels."""

    example: Whole  # (M,) of each pair of votes
    cell: Whole  # (M,) in [0, C)
    pair: Whole  # (C,) of annotators, in [0, P), ascending
    first: Whole  # (C,) label of the annotator with the smaller code
    second: Whole  # (C,)
    n_pairs: int
    n_labels: int

    @property
    def times(self) -> Floats:
        """(C,) pairs of votes in each cell."""
        return np.bincount(self.cell, minlength=len(self.pair)).astype(np.float64)

    def kappas(self, times: Floats) -> Kappas:
        """Cohen's κ of each pair of annotators, for so many (C,) pairs of votes in each cell."""
        shared = np.bincount(self.pair, times, self.n_pairs)
        same = np.bincount(self.pair, times * (self.first == self.second), self.n_pairs)
        chance = (self._marginal(self.first, times) * self._marginal(self.second, times)).sum(
            axis=1
        )
        possible = shared**2 - chance
        with np.errstate(invalid="ignore", divide="ignore"):
            kappa = np.where(possible > 1e-9, (same * shared - chance) / possible, np.nan)
        return Kappas(kappa=kappa, shared=shared.astype(np.float64))

    def only(self, keep: npt.NDArray[np.bool_]) -> VotePairs:
        """Only the pairs of annotators (P,) that are kept."""
        cells = keep[self.pair]
        votes = cells[self.cell]
        return VotePairs(
            example=self.example[votes],
            cell=(np.cumsum(cells) - 1)[self.cell[votes]],
            pair=(np.cumsum(keep) - 1)[self.pair[cells]],
            first=self.first[cells],
            second=self.second[cells],
            n_pairs=int(keep.sum()),
            n_labels=self.n_labels,
        )

    def _marginal(self, label: Whole, times: Floats) -> Floats:
        cells = self.n_pairs * self.n_labels
        flat = np.bincount(self.pair * self.n_labels + label, times, cells)
        return np.asarray(flat.reshape(self.n_pairs, self.n_labels))


@dataclass(frozen=True, kw_only=True)
class Kappas:
    """Of P pairs of annotators."""

    kappa: Floats  # (P,) Cohen's κ; NaN where undefined
    shared: Floats  # (P,) examples

    @property
    def mean(self) -> float:
        """Each pair weighing by the examples it shares; NaN where no pair has one."""
        known = ~np.isnan(self.kappa)
        if not self.shared[known].sum():
            return float("nan")
        return float(np.average(self.kappa[known], weights=self.shared[known]))


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
    all_of_them = everyone.kappas(everyone.times)
    shared = all_of_them.shared
    chosen = everyone.only((shared >= min_shared) & ~np.isnan(all_of_them.kappa))
    examples, place = np.unique(chosen.example, return_inverse=True)
    kappa = chosen.kappas(chosen.times).mean
    return PairwiseKappa(
        kappa=kappa,
        interval=_interval(chosen, kappa, place, len(examples), seed),
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
    pairs, pair = np.unique(people, return_inverse=True)
    square = votes.n_labels**2
    cells, cell = np.unique(
        pair * square + label[first] * votes.n_labels + label[second], return_inverse=True
    )
    return VotePairs(
        example=task[first],
        cell=cell,
        pair=cells // square,
        first=cells % square // votes.n_labels,
        second=cells % votes.n_labels,
        n_pairs=len(pairs),
        n_labels=votes.n_labels,
    )


def _interval(pairs: VotePairs, kappa: float, place: Whole, examples: int, seed: int) -> Interval:
    """By resampling examples; `place` (M,) says which one a pair of votes is on."""
    if examples < 2:
        return UNKNOWN
    from scipy.sparse import csr_array

    size = min(RESAMPLES, max(FEWEST, WORK // len(place)))
    table = csr_array((np.ones(len(place)), (pairs.cell, place)), shape=(len(pairs.pair), examples))
    rng = np.random.default_rng(seed)
    found: list[float] = []
    while len(found) < size:
        drawn = rng.multinomial(examples, np.full(examples, 1 / examples), size=TOGETHER)
        cells = table @ drawn.T.astype(np.float64)  # (C, TOGETHER)
        found += [pairs.kappas(times).mean for times in cells.T]
    reach = NORMAL_95 * float(np.nanstd(found))
    return Interval(low=max(-1.0, kappa - reach), high=min(1.0, kappa + reach))
