"""How the shares of votes are spread over a project's examples, learned from the votes so far.

An example's votes are taken to come in random order from people whose answers it draws with shares
of its own. The shares of the project's examples are spread as a mixture: a grid of components,
each a narrow Beta distribution of the leading label's share, and with more than two labels also
how the rest divides, among all others or mostly to one rival. Only the weights of the components
are learned. With two labels the leading label is fixed (the first), so the labels may differ; with
more, any label may lead with the same chance.

That votes stop early where they agree does not bias the fit: whether an example gets one more vote
depends on votes that the likelihood holds already.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from curation.adaptive.states import CountStates
from curation.agreement.counts import Counts

Floats = npt.NDArray[np.float64]

STRENGTH = 100.0  # of a component, in votes: its shares lie within about 0.05 of its mean
STEP = 1 / 60  # between the means of components
RIVALRY = (0.25, 4.0)  # Dirichlet parameter of the rest: mostly one rival, or evenly divided
PSEUDO_EXAMPLES = 5.0  # weight of the even mixture the fit starts from
CYCLES = 60
SETTLED = 1e-3  # in nats of the whole likelihood


@dataclass(frozen=True, kw_only=True)
class Components:
    """J ways the shares of an example may be spread."""

    leading: Floats  # (J,) Beta parameter of the leading label
    others: Floats  # (J,) Beta parameter of all others together
    rivalry: Floats  # (J,) Dirichlet parameter of each other label; not used with two columns


@lru_cache(maxsize=8)
def components(kind: str, width: int) -> Components:
    """The grid for states of that kind and width (see `CountStates`)."""
    lowest = 0.0 if kind != "sorted" else 1 / width
    n_means = max(8, round((1 - lowest) / STEP))
    means = lowest + (np.arange(n_means) + 0.5) * (1 - lowest) / n_means
    shapes = RIVALRY if kind == "sorted" else (1.0,)
    mean, rivalry = (part.ravel() for part in np.meshgrid(means, shapes, indexing="ij"))
    return Components(leading=STRENGTH * mean, others=STRENGTH * (1 - mean), rivalry=rivalry)


def log_likelihood(states: CountStates, rows: Counts) -> Floats:
    """(R, J) log probability of one sequence of votes with these counts under each component.

    Args:
        rows: (R, C) int, reduced votes.

    >>> from curation.adaptive.states import count_states
    >>> two = count_states(2, 4)
    >>> one_each_way = np.exp(log_likelihood(two, np.array([[1, 0], [0, 1]])))
    >>> bool(np.allclose(one_each_way.sum(axis=0), 1))
    True
    """
    grid = components(states.kind, states.width)
    votes = rows.sum(axis=1)
    most = int(votes.max(initial=0))
    total = _rising(grid.leading + grid.others, most)[votes]
    if states.kind != "sorted":
        first, rest = _rising(grid.leading, most), _rising(grid.others, most)
        return np.asarray(first[rows[:, 0]] + rest[rows[:, 1]] - total)
    return np.asarray(_any_leader(grid, rows, most) - total)


def _any_leader(grid: Components, rows: Counts, most: int) -> Floats:
    """(R, J) the mean over which of the labels leads."""
    first, rest = _rising(grid.leading, most), _rising(grid.others, most)
    rival = _rising(grid.rivalry, most)
    rivals = _rising(grid.rivalry * (rows.shape[1] - 1), most)
    votes = rows.sum(axis=1)
    all_rivals = np.sum([rival[rows[:, label]] for label in range(rows.shape[1])], axis=0)
    by_leader = []
    for label in range(rows.shape[1]):
        count = rows[:, label]
        divided = all_rivals - rival[count] - rivals[votes - count]
        by_leader.append(first[count] + rest[votes - count] + divided)
    peak = np.max(by_leader, axis=0)
    return np.asarray(peak + np.log(np.exp(by_leader - peak).mean(axis=0)))


def _rising(parameter: Floats, most: int) -> Floats:
    """(most + 1, J) logarithm of a · (a + 1) ⋯ (a + n − 1) for n = 0 … most."""
    factors = np.log(parameter + np.arange(most)[:, None])
    return np.concatenate([np.zeros((1, len(parameter))), np.cumsum(factors, axis=0)])


def fit_weights(states: CountStates, counts: Counts) -> Floats:
    """(J,) weights of the components under which the votes are most likely; they sum to 1.

    Args:
        counts: (T, K) int, votes per label; rows without votes say nothing.

    Source: expectation maximisation for mixture weights, pulled to even weights by
    `PSEUDO_EXAMPLES`, with the extrapolation of Varadhan and Roland 2008 (SQUAREM).
    """
    voted = counts[counts.sum(axis=1) > 0]
    rows, times = np.unique(states.reduced(voted), axis=0, return_counts=True)
    logs = log_likelihood(states, rows)
    likelihood = np.exp(logs - logs.max(axis=1, keepdims=True, initial=-np.inf))
    even: Floats = np.full(logs.shape[1], 1 / logs.shape[1])
    weights, before = even, -np.inf
    for _ in range(CYCLES):
        one = _step(weights, likelihood, times, even)
        two = _step(one, likelihood, times, even)
        weights = _step(_extrapolated(weights, one, two), likelihood, times, even)
        reached = float(times @ np.log(likelihood @ weights))
        if reached - before < SETTLED:
            break
        before = reached
    return weights


def _step(
    weights: Floats, likelihood: Floats, times: npt.NDArray[np.int64], even: Floats
) -> Floats:
    share = times / (likelihood @ weights)
    belongs = weights * (share @ likelihood) + PSEUDO_EXAMPLES * even
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
