"""What shares of people would choose which label, on examples like a pilot's.

Every example has its own label shares. Three votes an example cannot tell how these are spread
over examples, so two shapes are fitted and both are used: *smooth*, one Dirichlet distribution, and
*free*, a mixture of fixed ones from examples on which nearly everybody names one label to examples
on which people are split. Where they differ, the pilot leaves it open.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from curation.agreement.counts import Counts

Floats = npt.NDArray[np.float64]
STRENGTHS = (0.99, 0.95, 0.9, 0.84, 0.78, 0.7, 0.62, 0.54, 0.46, 0.38, 0.3)  # of the first label
CONCENTRATION = 30.0  # of the free shape's components, in votes: a share of 0.8 varies by ± 0.07
STEPS = 100  # of expectation maximisation; more barely move what is forecast


@dataclass(frozen=True, kw_only=True)
class SharePrior:
    """A mixture of M Dirichlet distributions over the shares of K labels."""

    weights: Floats  # (M,), sum to 1
    concentrations: Floats  # (M, K), above 0

    def draw(self, n: int, *, rng: np.random.Generator) -> Floats:
        """(n, K) label shares of n new examples, rows sum to 1."""
        component = rng.choice(len(self.weights), size=n, p=self.weights)
        shapes = self.concentrations[component]
        # gamma draws as logs (Marsaglia and Tsang 2000, sec. 6): small shapes would round to 0
        logs = np.log(rng.gamma(shapes + 1)) - rng.exponential(size=shapes.shape) / shapes
        parts = np.exp(logs - logs.max(axis=1, keepdims=True))
        return np.asarray(parts / parts.sum(axis=1, keepdims=True))


def smooth_prior(counts: Counts, weights: Floats) -> SharePrior:
    """One Dirichlet distribution: the pilot's label shares, with the likeliest concentration.

    Args:
        counts: (R, K) int, votes per label of R kinds of example, at least two votes each.
        weights: (R,) how many examples each stands for; need not be whole.

    Votes on an example always agree, so nearly all of its people do:

    >>> prior = smooth_prior(np.array([[3, 0], [0, 3]]), np.array([50.0, 50.0]))
    >>> bool(prior.concentrations.sum() < 0.1)
    True
    """
    means = _label_shares(counts, weights)
    totals = np.geomspace(0.01, 300, 120)
    likelihood = weights @ _log_likelihood(counts, totals[:, None] * means)
    likeliest = totals[int(np.argmax(likelihood))]
    return SharePrior(weights=np.ones(1), concentrations=likeliest * means[None, :])


def free_prior(counts: Counts, weights: Floats) -> SharePrior:
    """A mixture of fixed components with the likeliest weights, from equal ones on.

    A component gives one label a certain share, and the rest to the others as often as they stand
    beside it on one example.

    Args:
        counts, weights: as of `smooth_prior`.

    Source: Laird 1978, Nonparametric maximum likelihood estimation of a mixing distribution.
    """
    n_labels = counts.shape[1]
    beside = (counts.T * weights) @ counts + _label_shares(counts, weights)
    np.fill_diagonal(beside, 0)
    rest = beside / beside.sum(axis=1, keepdims=True)
    strengths = [share for share in STRENGTHS if share > 1 / n_labels]
    means = np.concatenate([share * np.eye(n_labels) + (1 - share) * rest for share in strengths])
    concentrations = CONCENTRATION * means + 0.01  # above 0 also for a label never chosen
    logs = _log_likelihood(counts, concentrations)
    likelihood = np.exp(logs - logs.max(axis=1, keepdims=True))
    mixing = np.full(len(means), 1 / len(means))
    for _ in range(STEPS):
        belongs = likelihood * mixing
        mixing = weights @ (belongs / belongs.sum(axis=1, keepdims=True)) / weights.sum()
    return SharePrior(weights=mixing / mixing.sum(), concentrations=concentrations)


PRIORS: tuple[Callable[[Counts, Floats], SharePrior], ...] = (smooth_prior, free_prior)


def _label_shares(counts: Counts, weights: Floats) -> Floats:
    """(K,) of all votes, half a vote added to each so that none is 0."""
    votes = weights @ counts + 0.5
    return np.asarray(votes / votes.sum())


def _log_likelihood(counts: Counts, concentrations: Floats) -> Floats:
    """(R, M) log probability of each row under each component, less what is the same for all."""
    from scipy.special import gammaln  # the web process has no need of scipy

    total, votes = concentrations.sum(axis=1), counts.sum(axis=1)[:, None]
    parts = gammaln(counts[:, None, :] + concentrations) - gammaln(concentrations)
    return np.asarray(parts.sum(axis=2) + gammaln(total) - gammaln(votes + total))
