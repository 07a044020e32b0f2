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

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from curation.adaptive.states import LABELS, SORTED, reduced
from curation.agreement.counts import Counts

Floats = npt.NDArray[np.float64]

STRENGTH = 40.0  # of a component, in votes: its shares lie within about 0.08 of its mean
STEP = 0.08  # between the means of components, as angles: Beta distributions as far apart as wide
RIVALRY = (0.25, 4.0)  # Dirichlet parameter of the rest: mostly one rival, or evenly divided
PSEUDO_EXAMPLES = 5.0  # weight of the even mixture the fit starts from
ALIKE_EXAMPLES = 30.0  # weight of labels being alike
CYCLES = 100
SETTLED = 1e-4  # in nats, of what is maximised


@dataclass(frozen=True, kw_only=True)
class Grid:
    """B ways the shares of an example may be spread once its leading label is known."""

    leading: Floats  # (B,) Beta parameter of the leading label
    others: Floats  # (B,) Beta parameter of all others together
    rivalry: Floats  # (B,) Dirichlet parameter of each other label


@lru_cache(maxsize=8)
def grid(width: int) -> Grid:
    """The grid for that many labels; leading shares from 1 / width to 1."""
    lowest = np.arcsin(np.sqrt(1 / width))  # on this scale a Beta distribution is equally wide
    n_means = round(float((np.pi / 2 - lowest) / STEP))
    angles = lowest + (np.arange(n_means) + 0.5) * (np.pi / 2 - lowest) / n_means
    shapes = RIVALRY if width > 2 else (1.0,)
    mean, rivalry = (
        part.ravel() for part in np.meshgrid(np.sin(angles) ** 2, shapes, indexing="ij")
    )
    return Grid(leading=STRENGTH * mean, others=STRENGTH * (1 - mean), rivalry=rivalry)


def log_likelihood(kind: str, rows: Counts) -> Floats:
    """(R, J) log probability of one sequence of votes with these counts under each component.

    J is C · B where labels are told apart, B where they are sorted.

    Args:
        kind: of states.
        rows: (R, C) int, reduced votes.

    >>> one_each_way = np.exp(log_likelihood("labels", np.array([[1, 0], [0, 1]])))
    >>> bool(np.allclose(one_each_way.sum(axis=0), 1))
    True
    """
    one = grid(rows.shape[1])
    votes = rows.sum(axis=1)
    most = int(votes.max(initial=0))
    first, rest = _rising(one.leading, most), _rising(one.others, most)
    rival = _rising(one.rivalry, most)
    rivals = _rising(one.rivalry * (rows.shape[1] - 1), most)
    shared = np.sum([rival[column] for column in rows.T], axis=0)
    shared -= _rising(one.leading + one.others, most)[votes]
    by_leader = [
        shared + (first - rival)[column] + (rest - rivals)[votes - column] for column in rows.T
    ]
    if kind != SORTED:
        return np.concatenate(by_leader, axis=1)
    peak = np.max(by_leader, axis=0)
    return np.asarray(peak + np.log(np.exp(by_leader - peak).mean(axis=0)))


def _rising(parameter: Floats, most: int) -> Floats:
    """(most + 1, J) logarithm of a · (a + 1) ⋯ (a + n − 1) for n = 0 … most."""
    factors = np.log(parameter + np.arange(most)[:, None])
    return np.concatenate([np.zeros((1, len(parameter))), np.cumsum(factors, axis=0)])


def fit_weights(counts: Counts, *, kind: str) -> Floats:
    """(J,) weights of the components, learned from the votes; they sum to 1.

    Where labels are told apart, they are first taken to be alike; then each may differ as far as
    the votes outweigh `ALIKE_EXAMPLES` examples that say they are.

    Args:
        kind: of states.
        counts: (T, K) int, votes per label; rows without votes say nothing.
    """
    voted = counts[counts.sum(axis=1) > 0]
    rows, times = np.unique(reduced(voted, kind), axis=0, return_counts=True)
    width = rows.shape[1]
    if kind != LABELS:
        return _most_likely(log_likelihood(kind, rows), times, _even(kind, width), PSEUDO_EXAMPLES)
    alike = _most_likely(log_likelihood(SORTED, rows), times, _even(SORTED, width), PSEUDO_EXAMPLES)
    return _most_likely(
        log_likelihood(LABELS, rows), times, np.tile(alike / width, width), ALIKE_EXAMPLES
    )


def _even(kind: str, width: int) -> Floats:
    number = len(grid(width).leading) * (1 if kind == SORTED else width)
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
    for _ in range(CYCLES):
        one = _step(weights, likelihood, times, pull)
        two = _step(one, likelihood, times, pull)
        weights = _step(_extrapolated(weights, one, two), likelihood, times, pull)
        reached = float(times @ np.log(likelihood @ weights) + pull @ np.log(weights))
        if reached - before < SETTLED:
            break
        before = reached
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
