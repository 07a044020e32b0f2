"""How the shares of votes are spread over a project's examples, learned from the votes so far.

An example's votes are taken to come in random order from people whose answers it draws with shares
of its own. The shares of the project's examples are spread as a mixture: a grid of components,
each with one leading label, a narrow Beta distribution of that label's share, and a Dirichlet
distribution of how the rest divides among the others, evenly or mostly to one rival. Only the
weights of the components are learned. Where states do not tell labels apart, any label may lead
with the same chance.

That votes stop early where they agree does not bias the fit: whether an example gets one more vote
depends on votes that the likelihood holds already.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from curation.adaptive.likelihood import Floats, grid, log_likelihood
from curation.adaptive.states import LABELS, LEADER, SORTED, reduced
from curation.agreement.counts import Counts

PSEUDO_EXAMPLES = 5.0  # weight of the even mixture the fit starts from
ALIKE_EXAMPLES = 30.0  # weight of labels being alike
CYCLES = 100
SETTLED = 1e-3  # in nats, of what is maximised


def fit_weights(
    counts: Counts, *, kind: str, times: npt.NDArray[np.int64] | None = None, unit: int = 1
) -> Floats:
    """(J,) weights of the components, learned from the votes; they sum to 1.

    Where labels are told apart, they are first taken to be alike; then each may differ as far as
    the votes outweigh `ALIKE_EXAMPLES` examples that say they are.

    Args:
        kind: of states.
        counts: (T, K) int, votes per label; rows without votes say nothing.
        times: (T,) examples with these votes; None for one each.
        unit: of the counts make one vote, where votes are weighted.
    """
    voted = counts.sum(axis=1) > 0
    rows, place = np.unique(reduced(counts[voted], kind), axis=0, return_inverse=True)
    each = np.ones(len(counts), dtype=np.int64) if times is None else times
    times = np.bincount(place.ravel(), each[voted], minlength=len(rows)).astype(np.int64)
    width = rows.shape[1]
    if kind != LABELS:
        logs = log_likelihood(kind, rows, unit=unit)
        return _most_likely(logs, times, _even(kind, width), PSEUDO_EXAMPLES)
    logs = log_likelihood(SORTED, rows, unit=unit)
    alike = _most_likely(logs, times, _even(SORTED, width), PSEUDO_EXAMPLES)
    logs = log_likelihood(LABELS, rows, unit=unit)
    return _most_likely(logs, times, np.tile(alike / width, width), ALIKE_EXAMPLES)


def n_weights(kind: str, n_labels: int) -> int:
    """J, the components of the mixture for states of that kind.

    >>> n_weights("labels", 2) == 2 * n_weights("sorted", 2)
    True
    """
    width = 2 if kind == LEADER else n_labels
    return grid(width).size * (1 if kind == SORTED else width)


def _even(kind: str, n_labels: int) -> Floats:
    number = n_weights(kind, n_labels)
    return np.full(number, 1 / number)


def _most_likely(
    logs: Floats, times: npt.NDArray[np.int64], guess: Floats, examples: float
) -> Floats:
    """Weights under which the votes are most likely, pulled to a guess worth so many examples.

    Source: expectation maximisation for mixture weights with the extrapolation of Varadhan and
    Roland 2008 (SQUAREM).

    Args:
        logs: (R, J) of distinct votes.
        times: (R,) examples with these votes.
        guess: (J,) where to start from, and to stay without votes.
    """
    likelihood = np.exp(logs - logs.max(axis=1, keepdims=True, initial=-np.inf))
    weights, before = guess, -np.inf
    pull = examples * guess

    def reached(weights: Floats) -> float:
        return float(times @ np.log(likelihood @ weights) + pull @ np.log(weights))

    for _ in range(CYCLES):
        one = _step(weights, likelihood, times, pull)
        two = _step(one, likelihood, times, pull)
        ahead = _step(_extrapolated(weights, one, two), likelihood, times, pull)
        weights = max(two, ahead, key=reached)  # the extrapolation may overshoot
        now = reached(weights)
        if now - before < SETTLED:
            break
        before = now
    return weights


def _step(
    weights: Floats, likelihood: Floats, times: npt.NDArray[np.int64], pull: Floats
) -> Floats:
    share = times / (likelihood @ weights)
    belongs = weights * (share @ likelihood) + pull
    return np.asarray(belongs / belongs.sum())


def _extrapolated(start: Floats, one: Floats, two: Floats) -> Floats:
    change, bend = one - start, two - 2 * one + start
    size = np.sqrt((bend**2).sum())
    if size < 1e-12:
        return two
    stride = max(1.0, float(np.sqrt((change**2).sum()) / size))
    ahead = start + 2 * stride * change + stride**2 * bend
    if ahead.min() <= 0:  # too far: a weight may not be negative
        return two
    return np.asarray(ahead / ahead.sum())
