"""What the votes say about the agreement that more votes would show.

With 3 to 5 votes an example's a_i takes three or four values and is biased upward. So the shares
with which people name each label on an example are taken to be drawn from a distribution that the
project's examples have in common; it is learned from all their votes (empirical Bayes), and Bayes'
rule then says what an example's own few votes leave open.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from curation.agreement.counts import Counts
from curation.agreement.distinct import Distinct, alike, distinct_rows
from curation.agreement.shares import SharePrior, fit_prior, too_many

Floats = npt.NDArray[np.float64]

LEVEL = 0.95
PARTS = 4  # of a vote, where votes are weighted
NEARLY = 1e-9  # a share of 4 / 5 reaches γ = 0.8 however it is rounded


@dataclass(frozen=True, kw_only=True)
class AgreementPosterior:
    """What N examples' votes say about their agreement, in [1/K, 1]."""

    mean: Floats  # (N,) posterior mean of the true agreement, the largest label share
    low: Floats  # (N,) lower end of the central interval
    high: Floats  # (N,) its upper end
    level: float  # probability of the interval, in (0, 1)
    fitted: bool  # whether some example had more than one vote, so that the prior was learned
    evidence: Evidence

    def reaches(self, gamma: float | Floats) -> Floats:
        """(N,) probability that the agreement is γ or more; hardly ever 1 of endlessly many votes.

        Args:
            gamma: in (0, 1], one for all or (N,) one for each.
        """
        one_each = np.broadcast_to(np.asarray(gamma, dtype=np.float64), self.mean.shape)
        if np.ndim(gamma) == 0:
            return self.evidence.reaching(float(gamma))[self.evidence.distinct.inverse]
        return self.evidence.reaching_each(one_each)

    def at(self, level: float) -> AgreementPosterior:
        """The same with intervals of another level, in (0, 1)."""
        return _summed(self.evidence, level=level, fitted=self.fitted)

    def predicts(self, n_votes: int) -> AgreementPosterior:
        """The same for the a_i that `n_votes` votes in all would show, the seen ones among them.

        An example that has as many votes already keeps the a_i it shows. Since a_i takes few
        values, its interval runs from one of them to another and holds at least `level`.

        Args:
            n_votes: ≥ 1.
        """
        return _summed(self.evidence.after(n_votes), level=self.level, fitted=self.fitted)


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """Equally likely values of the agreement for each distinct row of votes."""

    distinct: Distinct
    prior: SharePrior
    values: Floats  # (R, S) ascending along S
    seed: int

    def after(self, n_votes: int) -> Evidence:
        """The a_i of `n_votes` votes in place of the agreement of endlessly many."""
        values = self.prior.future(self.distinct.rows, n_votes=n_votes, seed=self.seed)
        return Evidence(
            distinct=self.distinct, prior=self.prior, values=np.sort(values), seed=self.seed
        )

    def reaching(self, gamma: float) -> Floats:
        """(R,) probability of γ or more."""
        return np.asarray((self.values >= gamma - NEARLY).mean(axis=1))

    def reaching_each(self, gamma: Floats) -> Floats:
        """(N,) probability of γ (N,) or more, by example."""
        size = self.values.shape[1]
        lanes = 2.0 * np.arange(len(self.values))  # so that one search serves all rows
        ladder = (self.values + lanes[:, None]).ravel()
        row = self.distinct.inverse
        below = np.searchsorted(ladder, np.clip(gamma, 0, 1.5) - NEARLY + lanes[row]) - row * size
        return np.asarray(1 - below / size)


def fit_agreement(
    counts: Counts | Floats, *, level: float = LEVEL, seed: int = 0
) -> AgreementPosterior:
    """Each example's true agreement, with an interval, learned from the votes of all of them.

    The *true* agreement is the largest of the shares with which endlessly many people like those
    who voted would name each label. Its distribution over the project is the mixture of
    `curation.adaptive.mixture`, fitted by expectation maximisation; where no example has two votes
    nothing is known about agreement, and the mixture stays near the even one it starts from
    (`fitted` is then False). With so many labels that telling them apart would be slow, any label
    may lead with the same chance. An example without votes gets what the project's examples have in
    common; with a single label the agreement is 1.

    Args:
        counts: (N, K) votes per example and label; N ≥ 0, K ≥ 1. Floats are votes weighted by
            annotators' skills (`weighted_counts`), taken in quarters of a vote; the agreement then
            is that of people who do not guess.
        level: of the intervals, in (0, 1).
        seed: of the draws; the answer does not depend on the order of the rows.

    Source: Robbins 1956, An empirical Bayes approach to statistics.

    Ten examples voted 5 to 0 make another's 2 to 0 more believable than ten voted 3 to 2:

    >>> agreed = fit_agreement(np.array([[5, 0]] * 10 + [[2, 0]]))
    >>> disputed = fit_agreement(np.array([[3, 2]] * 10 + [[2, 0]]))
    >>> bool(agreed.mean[-1] > disputed.mean[-1])
    True
    """
    unit = PARTS if counts.dtype.kind == "f" else 1
    distinct = distinct_rows(np.rint(counts * unit).astype(np.int64))
    labels_alike = too_many(distinct)
    if labels_alike:
        distinct = alike(distinct)
    prior = fit_prior(distinct, labels_alike=labels_alike, unit=unit)
    values = np.sort(prior.agreement(distinct.rows, seed=seed))
    evidence = Evidence(distinct=distinct, prior=prior, values=values, seed=seed)
    fitted = bool((distinct.rows.sum(axis=1) > unit).any())
    return _summed(evidence, level=level, fitted=fitted)


def _summed(evidence: Evidence, *, level: float, fitted: bool) -> AgreementPosterior:
    size, row = evidence.values.shape[1], evidence.distinct.inverse
    tail = (1 - level) / 2
    first = min(int(np.floor(tail * size)), size - 1)
    low, high = evidence.values[:, first], evidence.values[:, size - 1 - first]
    return AgreementPosterior(
        mean=evidence.values.mean(axis=1)[row],
        low=low[row],
        high=high[row],
        level=level,
        fitted=fitted,
        evidence=evidence,
    )
