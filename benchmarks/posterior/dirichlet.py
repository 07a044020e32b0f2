"""The plain baseline: one Dirichlet distribution of label shares, its parameters by likelihood."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.special import digamma, gammaln

from curation.agreement.counts import Counts
from curation.agreement.distinct import distinct_rows

Floats = npt.NDArray[np.float64]

DRAWS = 2_000


def predicted(counts: Counts, *, n_votes: int, seed: int) -> Floats:
    """(N, S) ascending, equally likely values of a_i at `n_votes` votes in all."""
    distinct = distinct_rows(counts)
    parameters = fitted(distinct.rows, distinct.times)
    rng = np.random.default_rng(seed)
    shares = rng.standard_gamma(parameters + distinct.rows[:, None, :], size=_size(distinct.rows))
    shares /= shares.sum(axis=2, keepdims=True)
    more = rng.multinomial((n_votes - distinct.rows.sum(axis=1))[:, None], shares)
    top = (distinct.rows[:, None, :] + more).max(axis=2) / n_votes
    return np.asarray(np.sort(top)[distinct.inverse])


def fitted(rows: Counts, times: npt.NDArray[np.int64]) -> Floats:
    """(K,) parameters under which the (R, K) votes, each `times` (R,), are most likely.

    Source: the Dirichlet-multinomial distribution; its gradient as in Minka 2000, Estimating a
    Dirichlet distribution.
    """
    votes = rows.sum(axis=1)

    def loss(logs: Floats) -> tuple[float, Floats]:
        one = np.exp(logs)
        total = one.sum()
        each = gammaln(total) - gammaln(total + votes)
        each = each + (gammaln(one + rows) - gammaln(one)).sum(axis=1)
        slope = (digamma(total) - digamma(total + votes))[:, None] + digamma(one + rows)
        return -float(times @ each), -(times @ (slope - digamma(one))) * one

    bounds = [(-7.0, 7.0)] * rows.shape[1]
    found = minimize(loss, np.zeros(rows.shape[1]), jac=True, method="L-BFGS-B", bounds=bounds)
    return np.asarray(np.exp(found.x))


def _size(rows: Counts) -> tuple[int, int, int]:
    return len(rows), DRAWS, rows.shape[1]
