"""What a set of votes says with and without some of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from curation.aggregation.result import Votes
from curation.agreement import (
    agreement_share,
    alpha_interval,
    nominal_alpha,
    vote_counts,
    vote_entropy,
)
from curation.datasets.keeping import KEPT, Judged, drop_reasons
from curation.datasets.policy import Policy

DRAWS = 40  # random removals to compare with

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class Range:
    """The middle 95 % of what random removals gave."""

    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class State:
    """What one set of votes says. NaN where a number does not exist."""

    votes: int
    judged: int  # examples with a vote
    alpha: float
    alpha_low: float  # 95 %, over examples
    alpha_high: float
    mean_agreement: float  # mean a_i
    kept: Mapping[str, int]  # policy's name → examples kept


@dataclass(frozen=True, kw_only=True)
class Moved:
    """Positions of examples that one policy decides otherwise without the votes."""

    entering: Ints
    leaving: Ints


@dataclass(frozen=True, kw_only=True)
class Change:
    """A set of votes with and without some of them, and what chance would have changed.

    Fewer votes on an example make its a_i larger and coarser whoever gave them, so a change is
    only worth something if removing as many random votes of the same examples does not change
    as much.
    """

    before: State
    after: State
    flipped: Ints  # positions of examples that get another label
    silent: Ints  # positions of examples that lose all their votes
    moved: Mapping[str, Moved]  # policy's name → examples
    chance_alpha: Range
    chance_agreement: Range
    chance_flipped: Range


def without_votes(
    votes: Votes,
    removed: Flags,
    *,
    ids: Sequence[str],
    policies: Mapping[str, Policy],
    seed: int = 0,
    draws: int = DRAWS,
) -> Change:
    """Agreement, labels and kept examples with all votes, and without the removed ones.

    Args:
        votes: V votes on T examples, every example with at least one.
        removed: (V,) bool, the votes to leave out.
        ids: (T,) external ids, by which ties within a label are drawn.
        policies: by name; each is applied to both sets. They aggregate by majority.
        seed: of the random removals and of the intervals.
        draws: random removals, at least 1.

    >>> votes = Votes(
    ...     task=np.array([0, 0, 0, 1, 1, 1]), worker=np.array([0, 1, 2, 0, 1, 2]),
    ...     label=np.array([0, 0, 1, 1, 1, 1]), n_tasks=2, n_labels=2,
    ... )
    >>> change = without_votes(
    ...     votes, votes.worker == 2, ids=["a", "b"], policies={"global": Policy(threshold=0.8)}
    ... )
    >>> change.before.kept, change.after.kept, change.moved["global"].entering.tolist()
    ({'global': 1}, {'global': 2}, [0])
    """
    before, after = _Judgement(votes, ids), _Judgement(chosen_votes(votes, ~removed), ids)
    kept_before = {name: before.kept(policy) for name, policy in policies.items()}
    kept_after = {name: after.kept(policy) for name, policy in policies.items()}
    both = before.judged & after.judged
    chance = _chance(votes, removed, before, seed=seed, draws=draws)
    return Change(
        before=before.state(kept_before, seed=seed),
        after=after.state(kept_after, seed=seed),
        flipped=np.flatnonzero(both & (before.label != after.label)),
        silent=np.flatnonzero(before.judged & ~after.judged),
        moved={
            name: Moved(
                entering=np.flatnonzero(kept_after[name] & ~kept_before[name]),
                leaving=np.flatnonzero(kept_before[name] & ~kept_after[name]),
            )
            for name in policies
        },
        chance_alpha=_middle(chance[:, 0]),
        chance_agreement=_middle(chance[:, 1]),
        chance_flipped=_middle(chance[:, 2]),
    )


class _Judgement:
    """Votes counted, and what they say of each of T examples; NaN without votes."""

    def __init__(self, votes: Votes, ids: Sequence[str]) -> None:
        self.ids, self.votes = ids, votes
        self.counts = vote_counts(
            votes.task, votes.label, n_tasks=votes.n_tasks, n_labels=votes.n_labels
        )
        self.judged = self.counts.sum(axis=1) > 0
        self.label = _labels(self.counts, total=self.counts.sum(axis=0))
        self.agreement = agreement_share(self.counts)

    @property
    def mean_agreement(self) -> float:
        return float(self.agreement[self.judged].mean()) if self.judged.any() else float("nan")

    def kept(self, policy: Policy) -> Flags:
        """(T,) whether the policy keeps each example."""
        rows = np.flatnonzero(self.judged)
        counts = self.counts[rows]
        judged = Judged(
            external_id=[self.ids[row] for row in rows.tolist()],
            label=self.label[rows],
            agreement=self.agreement[rows],
            entropy=vote_entropy(counts),
            probability=self.agreement[rows],  # majority's probabilities are the shares
            n_votes=counts.sum(axis=1),
        )
        result = np.zeros(len(self.judged), dtype=bool)
        result[rows] = drop_reasons(judged, policy) == KEPT
        return result

    def state(self, kept: Mapping[str, Flags], *, seed: int) -> State:
        interval = alpha_interval(self.counts, seed=seed)
        return State(
            votes=len(self.votes.task),
            judged=int(self.judged.sum()),
            alpha=nominal_alpha(self.counts),
            alpha_low=interval.low,
            alpha_high=interval.high,
            mean_agreement=self.mean_agreement,
            kept={name: int(flags.sum()) for name, flags in kept.items()},
        )


def _labels(counts: Ints, *, total: Ints) -> Ints:
    """(T,) the label most votes name, ties as in `aggregation.decide`; meaningless without votes.

    Args:
        total: (K,) votes per label in the whole project.
    """
    preferred = np.lexsort((np.arange(len(total)), -total))
    return np.asarray(preferred[np.argmax(counts[:, preferred], axis=1)], dtype=np.int64)


def chosen_votes(votes: Votes, chosen: Flags) -> Votes:
    """The chosen votes only, of the same examples; some examples may be left without."""
    return Votes(
        task=votes.task[chosen],
        worker=votes.worker[chosen],
        label=votes.label[chosen],
        n_tasks=votes.n_tasks,
        n_labels=votes.n_labels,
    )


def _chance(
    votes: Votes, removed: Flags, before: _Judgement, *, seed: int, draws: int
) -> npt.NDArray[np.float64]:
    """(draws, 3): α, mean agreement and labels that flip when as many votes go at random."""
    fewer = np.bincount(votes.task[removed], minlength=votes.n_tasks)
    rows = np.flatnonzero(fewer)  # only these examples change; all sums start from the others
    touched = np.flatnonzero(fewer[votes.task] > 0)
    touched = touched[np.argsort(votes.task[touched], kind="stable")]
    task, label = votes.task[touched], votes.label[touched]
    place = np.arange(len(task)) - np.searchsorted(task, task)  # within each one's example
    goes = place < fewer[task]
    random = np.random.default_rng(seed)
    result = np.zeros((draws, 3))
    for draw in range(draws):
        gone = np.lexsort((random.random(len(task)), task))[goes]
        counts = before.counts.copy()
        np.subtract.at(counts, (task[gone], label[gone]), 1)
        result[draw] = nominal_alpha(counts), *_agreed(before, counts, rows)
    return result


def _agreed(before: _Judgement, counts: Ints, rows: Ints) -> tuple[float, int]:
    """Mean agreement of `counts`, which differ from `before` in `rows`, and labels that flip."""
    changed = counts[rows]
    judged = changed.sum(axis=1) > 0
    shares = np.nansum(agreement_share(changed)) - np.nansum(before.agreement[rows])
    n = int(before.judged.sum()) - int((~judged).sum())
    total = float(np.nansum(before.agreement) + shares)
    labels = _labels(changed, total=counts.sum(axis=0))
    flipped = int(np.count_nonzero(judged & (labels != before.label[rows])))
    return (total / n if n else float("nan")), flipped


def _middle(values: npt.NDArray[np.float64]) -> Range:
    known = values[~np.isnan(values)]
    if not len(known):
        return Range(low=float("nan"), high=float("nan"))
    low, high = np.percentile(known, [2.5, 97.5])
    return Range(low=float(low), high=float(high))
