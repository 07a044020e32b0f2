"""What shares of people would choose which label, on examples like a pilot's.

Every example has its own shares. They are taken to be drawn from one Dirichlet distribution, or
from a mixture of them: one that leans to each label, and one for disputed examples. Three votes an
example cannot tell which of the two families is right, so half of the simulated studies use one
and half the other, and the difference counts as uncertainty.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from curation.agreement.counts import Counts

Floats = npt.NDArray[np.float64]
STEPS = 60  # of expectation maximisation; the fit moves by less than a vote's worth after 40
PSEUDO_EXAMPLES = 1.0  # how many examples the starting point of a component weighs
LEAST, MOST = 0.01, 200.0  # concentrations beyond say nothing more


@dataclass(frozen=True, kw_only=True)
class SharePrior:
    """A mixture of M Dirichlet distributions over the shares of K labels."""

    weights: Floats  # (M,), sum to 1
    concentrations: Floats  # (M, K), above 0

    def draw(self, n: int, *, rng: np.random.Generator) -> Floats:
        """(n, K) label shares of n new examples, rows sum to 1."""
        component = rng.choice(len(self.weights), size=n, p=self.weights)
        gammas = rng.gamma(self.concentrations[component]) + 1e-12
        return np.asarray(gammas / gammas.sum(axis=1, keepdims=True))


def fit_prior(counts: Counts, weights: Floats, *, mixture: bool) -> SharePrior:
    """The prior under which the votes are most likely, pulled a little to where it starts.

    Args:
        counts: (R, K) int, votes per label of R examples (or kinds of example).
        weights: (R,) how many examples each row stands for; need not be whole.
        mixture: K + 1 Dirichlet distributions instead of one.

    Source: expectation maximisation for Dirichlet-multinomial mixtures; the step is Minka's fixed
    point (Estimating a Dirichlet distribution, 2000, eq. 55).

    Three votes each; half of the examples all "a", half all "b", so shares lie at both ends:

    >>> fitted = fit_prior(np.array([[3, 0], [0, 3]]), np.array([50.0, 50.0]), mixture=False)
    >>> bool((fitted.concentrations < 0.1).all())
    True
    """
    n_labels = counts.shape[1]
    overall = weights @ counts + 1.0
    overall = overall / overall.sum()
    if mixture:
        leaning = 10 * (0.8 * np.eye(n_labels) + 0.2 * overall)
        start, mixing = np.vstack([leaning, 3 * overall]), np.append(0.8 * overall, 0.2)
    else:
        start, mixing = 2 * overall[None, :], np.ones(1)
    # three votes for one label, as often as the component starts with it
    rows = np.vstack([counts, 3 * np.eye(n_labels, dtype=np.int64)])
    pseudo = PSEUDO_EXAMPLES * start / start.sum(axis=1, keepdims=True)  # (M, K)
    concentrations = start
    for _ in range(STEPS):
        joint = np.log(mixing) + _log_likelihood(counts, concentrations)
        joint -= joint.max(axis=1, keepdims=True)
        belongs = np.exp(joint)
        belongs *= (weights / belongs.sum(axis=1))[:, None]  # (R, M), in examples
        mixing = belongs.sum(axis=0) + PSEUDO_EXAMPLES / len(start)
        mixing = mixing / mixing.sum()
        concentrations = _step(rows, np.vstack([belongs, pseudo.T]), concentrations)
    return SharePrior(weights=mixing, concentrations=concentrations)


def _log_likelihood(counts: Counts, concentrations: Floats) -> Floats:
    """(R, M) log probability of each row under each component, less what is the same for all."""
    from scipy.special import gammaln  # the web process has no need of scipy

    total, votes = concentrations.sum(axis=1), counts.sum(axis=1)[:, None]
    parts = gammaln(counts[:, None, :] + concentrations) - gammaln(concentrations)
    return np.asarray(parts.sum(axis=2) + gammaln(total) - gammaln(votes + total))


def _step(rows: Counts, weights: Floats, concentrations: Floats) -> Floats:
    """One fixed-point step of every component. weights: (R, M)."""
    from scipy.special import digamma

    total, votes = concentrations.sum(axis=1), rows.sum(axis=1)[:, None]
    per_label = digamma(rows[:, None, :] + concentrations) - digamma(concentrations)  # (R, M, K)
    above = np.einsum("rm,rmk->mk", weights, per_label)
    below = (weights * (digamma(votes + total) - digamma(total))).sum(axis=0)
    stepped = concentrations * above / below[:, None]
    return np.asarray(np.clip(stepped, LEAST, MOST))
