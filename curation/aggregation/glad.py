"""GLAD: annotators' ability and tasks' difficulty together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from curation.aggregation.cells import normalised
from curation.aggregation.coding import coded
from curation.aggregation.majority import label_sums
from curation.aggregation.result import Aggregated, Floats, Votes

STEPS = 100
SEARCH_STEPS = 25  # at most, of the search within a step
FLAT = 1e-4  # steepest slope at which that search ends
MEAN = 1.0  # of the normal priors of ability and of log-easiness, both of variance 1


def glad(votes: Votes, *, steps: int = STEPS, flat: float = FLAT) -> Aggregated:
    """Labels where a vote is right with probability σ(ability · easiness).

    A task that good annotators split over is taken for hard rather than the annotators for bad.
    Priors and steps are crowd-kit's, but it runs until a step moves nothing, or for `steps`:
    crowd-kit's own tolerance stops at the first step that gains little, before it has settled.

    Args:
        flat: the search within a step ends where no slope is steeper.

    Returns:
        Skills are the abilities: about 1 by the prior, 0 for guessing, negative for somebody who
        names the wrong label on purpose.

    Source: Whitehill, Wu, Bergsma, Movellan and Ruvolo 2009, Whose Vote Should Count More.
    """
    own = coded(votes)
    if len(own.labels) < 2:  # with one label there is nothing to be wrong about
        alike = np.full(len(own.workers), MEAN)
        return own.decided(np.ones((votes.n_tasks, len(own.labels))), alike)
    search = _Search(own.votes, flat)
    point: Floats = np.full(len(own.workers) + votes.n_tasks, MEAN)
    posterior = search.posterior(point)
    for _ in range(steps):
        last, posterior = point, search.posterior(point)
        point = search.best(point, posterior)
        if np.array_equal(point, last):
            break
    return own.decided(posterior, point[: len(own.workers)])


@dataclass(frozen=True)
class _Search:
    """Points are abilities of the W annotators, then log-easiness of the T tasks."""

    votes: Votes
    flat: float

    def _margins(self, point: Floats) -> tuple[Floats, Floats]:
        """(V,) log-odds that each vote is right, and the task's easiness."""
        ability, log_easiness = np.split(point, [self.votes.n_workers])
        easiness = np.exp(log_easiness)[self.votes.task]
        return ability[self.votes.worker] * easiness, easiness

    def posterior(self, point: Floats) -> Floats:
        """(T, K) probability of each label, all equally common beforehand."""
        votes = self.votes
        margin, _ = self._margins(point)
        # log σ(m) − log((1 − σ(m)) / (K − 1)) = m + log(K − 1), and what is common falls out
        return normalised(label_sums(votes, margin + np.log(votes.n_labels - 1)))

    def likelihood(self, point: Floats, posterior: Floats) -> float:
        """Expected log-likelihood of votes, and of the point under its prior."""
        margin, _ = self._margins(point)
        right = posterior[self.votes.task, self.votes.label]
        wrong = -np.logaddexp(0, margin) - np.log(self.votes.n_labels - 1)
        of_votes = right * -np.logaddexp(0, -margin) + (1 - right) * wrong
        of_point = -((point - MEAN) ** 2) / 2 - np.log(2 * np.pi) / 2
        total = float(of_votes.sum() + of_point.sum())
        return -np.inf if np.isnan(total) else total

    def slope(self, point: Floats, posterior: Floats) -> Floats:
        """Derivative of `likelihood` by the point."""
        votes = self.votes
        margin, easiness = self._margins(point)
        miss = posterior[votes.task, votes.label] - 1 / (1 + np.exp(-np.clip(margin, -700, None)))
        by_ability = np.bincount(votes.worker, weights=miss * easiness, minlength=votes.n_workers)
        by_easiness = np.bincount(votes.task, weights=miss * margin, minlength=votes.n_tasks)
        return np.concatenate([by_ability, by_easiness]) - (point - MEAN)

    def best(self, point: Floats, posterior: Floats) -> Floats:
        """A point with a higher likelihood, by conjugate gradients."""
        from scipy.optimize import minimize  # 0.3 s to import

        found: Any = minimize(
            lambda at: -self.likelihood(at, posterior),
            point,
            method="CG",
            jac=lambda at: -self.slope(at, posterior),
            tol=self.flat,
            options={"disp": False, "maxiter": SEARCH_STEPS},
        )
        return np.asarray(found.x, dtype=np.float64)
