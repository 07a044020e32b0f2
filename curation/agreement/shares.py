"""Label shares of examples as draws: from a prior learned on a project, given an example's votes.

A component of the prior has a leading label whose share follows a Beta distribution; the other
labels divide the rest as a symmetric Dirichlet distribution says. Votes turn both into others of
their kind, so draws from a posterior need no chain and no weights: a component by its probability,
then its two parts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from curation.adaptive.likelihood import grid, log_likelihood
from curation.adaptive.mixture import fit_weights, n_weights
from curation.adaptive.states import LABELS, SORTED
from curation.agreement.counts import Counts
from curation.agreement.distinct import Distinct

Floats = npt.NDArray[np.float64]

MOST_DRAWS, FEWEST_DRAWS = 4_000, 400  # per distinct row of votes
DRAWN = 6_000_000  # numbers in all, as far as FEWEST_DRAWS allows
AT_ONCE = 2_000_000  # numbers in memory
MOST_LIKELIHOODS = 2_000_000  # distinct rows × components up to which labels are told apart


@dataclass(frozen=True, kw_only=True)
class SharePrior:
    """A mixture over the shares of K labels."""

    kind: str  # whether labels are told apart
    n_labels: int
    weights: Floats  # (J,) of the mixture for that kind, see `curation.adaptive.mixture`
    unit: int = 1  # of the rows' numbers make one vote

    def agreement(self, rows: Counts, *, seed: int) -> Floats:
        """(R, S) equally likely values of the largest share, given (R, K) votes."""
        if self.n_labels == 1:
            return np.ones((len(rows), 1))
        found = [shares.max(axis=2) for _, shares in self._draws(rows, seed)]
        return np.concatenate(found) if found else np.zeros((0, 1))

    def future(self, rows: Counts, *, n_votes: int, seed: int) -> Floats:
        """(R, S) equally likely values of a_i once an example has `n_votes` votes."""
        if self.n_labels == 1:
            return np.ones((len(rows), 1))
        rng = np.random.default_rng((seed, n_votes))
        found = []
        for some, shares in self._draws(rows, seed):
            seen = some / self.unit
            votes = seen.sum(axis=1)
            more = np.ceil(np.maximum(n_votes - votes, 0)).astype(np.int64)
            drawn = rng.multinomial(more[:, None], shares)
            top = (seen[:, None, :] + drawn).max(axis=2)
            found.append(top / np.where(votes + more > 0, votes + more, 1)[:, None])
        return np.concatenate(found) if found else np.zeros((0, 1))

    def _draws(self, rows: Counts, seed: int) -> Iterator[tuple[Counts, Floats]]:
        """A few rows of votes at a time with (r, S, K) shares."""
        size = int(np.clip(DRAWN // max(1, rows.size), FEWEST_DRAWS, MOST_DRAWS))
        step = max(1, AT_ONCE // (size * self.n_labels))
        rng = np.random.default_rng(seed)
        for start in range(0, len(rows), step):
            some = rows[start : start + step]
            yield some, self._shares(some, size, rng)

    def _shares(self, rows: Counts, size: int, rng: np.random.Generator) -> Floats:
        one = grid(self.n_labels)
        leader, mean, rivalry = np.unravel_index(
            self._components(rows, size),
            (self.n_labels, len(one.leading), len(one.rivalry)),
        )
        counts = rows / self.unit
        votes = counts.sum(axis=1, keepdims=True)
        own = np.take_along_axis(counts, leader, axis=1)
        lead = rng.beta(one.leading[mean] + own, one.others[mean] + votes - own)
        shape = one.rivalry[rivalry][:, :, None] + counts[:, None, :]
        rest = rng.standard_gamma(shape) if self.n_labels > 2 else np.ones(shape.shape)
        np.put_along_axis(rest, leader[:, :, None], 0.0, axis=2)
        rest += np.where(np.arange(self.n_labels) == leader[:, :, None], 0.0, 1e-300)
        shares = rest * ((1 - lead) / rest.sum(axis=2))[:, :, None]
        np.put_along_axis(shares, leader[:, :, None], lead[:, :, None], axis=2)
        return np.asarray(shares / shares.sum(axis=2, keepdims=True))

    def _components(self, rows: Counts, size: int) -> npt.NDArray[np.int64]:
        """(R, S) components, as often as their probability given the votes says."""
        logs = log_likelihood(LABELS, rows, unit=self.unit) + np.log(self._by_leader())
        odds = np.exp(logs - logs.max(axis=1, keepdims=True))
        upto = np.cumsum(odds, axis=1)
        upto /= upto[:, -1:]
        lanes = 2.0 * np.arange(len(rows))[:, None]  # so that one search serves all rows
        marks = (np.arange(size) + 0.5) / size
        place = np.searchsorted((upto + lanes).ravel(), (marks + lanes).ravel())
        found = place.reshape(len(rows), size) - np.arange(len(rows))[:, None] * upto.shape[1]
        return np.asarray(np.clip(found, 0, upto.shape[1] - 1))

    def _by_leader(self) -> Floats:
        """(K · J,) weights of the components leader by leader."""
        if self.kind == LABELS:
            return self.weights
        return np.tile(self.weights / self.n_labels, self.n_labels)


def fit_prior(distinct: Distinct, *, labels_alike: bool, unit: int = 1) -> SharePrior:
    """The mixture that the examples' votes make most likely.

    Args:
        labels_alike: any label may lead with the same chance; the rows then are in descending
            order, see `curation.agreement.distinct.alike`.
        unit: of the rows' numbers make one vote.
    """
    n_labels = distinct.rows.shape[1]
    if n_labels == 1:
        return SharePrior(kind=SORTED, n_labels=1, weights=np.ones(1))
    kind = SORTED if labels_alike else LABELS
    weights = fit_weights(distinct.rows, kind=kind, times=distinct.times, unit=unit)
    return SharePrior(kind=kind, n_labels=n_labels, weights=weights, unit=unit)


def too_many(distinct: Distinct) -> bool:
    """Whether telling labels apart would take more numbers than a project is worth."""
    components = n_weights(LABELS, distinct.rows.shape[1])
    return len(distinct.rows) * components > MOST_LIKELIHOODS
