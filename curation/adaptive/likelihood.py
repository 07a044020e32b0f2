"""How likely votes are, under each component of a mixture of shares and under all of it.

Under a component the leading label takes its votes as a Beta distribution says, and the others
divide the rest as a symmetric Dirichlet distribution says. So the probability of a sequence of
votes n is a product of a part that depends on the votes of the leader and the number of all votes,
and a part Π β · (β + 1) ⋯ (β + n_k − 1) over all labels, divided by the leader's factor of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from curation.adaptive.states import SORTED
from curation.agreement.counts import Counts

Floats = npt.NDArray[np.float64]

STRENGTH = 40.0  # of a component, in votes: its shares lie within about 0.08 of its mean
STEP = 0.08  # between the means of components, as angles: Beta distributions as far apart as wide
RIVALRY = (0.25, 4.0)  # Dirichlet parameter of the rest: mostly one rival, or evenly divided


@dataclass(frozen=True, kw_only=True)
class Grid:
    """A · H ways the shares of an example may be spread once its leading label is known."""

    leading: Floats  # (A,) Beta parameter of the leading label
    others: Floats  # (A,) Beta parameter of all others together
    rivalry: Floats  # (H,) Dirichlet parameter of each other label

    @property
    def size(self) -> int:
        return len(self.leading) * len(self.rivalry)


@lru_cache(maxsize=32)
def grid(width: int) -> Grid:
    """The grid for that many labels; leading shares from 1 / width to 1."""
    lowest = np.arcsin(np.sqrt(1 / width))  # on this scale a Beta distribution is equally wide
    n_means = round(float((np.pi / 2 - lowest) / STEP))
    angles = lowest + (np.arange(n_means) + 0.5) * (np.pi / 2 - lowest) / n_means
    mean = np.sin(angles) ** 2
    rivalry = np.array(RIVALRY if width > 2 else (1.0,))  # one other label has no rival
    return Grid(leading=STRENGTH * mean, others=STRENGTH * (1 - mean), rivalry=rivalry)


def log_likelihood(kind: str, rows: Counts, *, unit: int = 1) -> Floats:
    """(R, J) log probability of one sequence of votes with these counts under each component.

    J is C · A · H where labels are told apart, leader by leader; A · H where they are sorted and
    any label may lead.

    Args:
        kind: of states.
        rows: (R, C) int, reduced votes.
        unit: of these make one vote, where votes are weighted.

    >>> one_each_way = np.exp(log_likelihood("labels", np.array([[1, 0], [0, 1]])))
    >>> bool(np.allclose(one_each_way.sum(axis=0), 1))
    True
    """
    votes, width = rows.sum(axis=1), rows.shape[1]
    tables = _Tables.of(width, int(votes.max(initial=0)), unit)
    shared = tables.shared(rows)[:, None, :]
    by_leader = [
        (shared + tables.leader(column, votes)).reshape(len(rows), grid(width).size)
        for column in rows.T
    ]
    if kind != SORTED:
        return np.concatenate(by_leader, axis=1)
    peak = np.max(by_leader, axis=0)
    return np.asarray(peak + np.log(np.exp(by_leader - peak).mean(axis=0)))


def log_chances(kind: str, rows: Counts, weights: Floats) -> Floats:
    """(R,) log probability of one sequence of votes with these counts under the whole mixture.

    What `log_likelihood` and the weights give, without a table of R · J.

    Args:
        kind: of states.
        rows: (R, C) int, reduced votes.
        weights: (J,) of the components.
    """
    votes, width = rows.sum(axis=1), rows.shape[1]
    most = int(votes.max(initial=0))
    tables = _Tables.of(width, most)
    per_leader = np.tile(weights / width, width) if kind == SORTED else weights
    mixed = tables.mixed(per_leader.reshape(width, -1, len(tables.rival[0])), most)
    shared = tables.shared(rows)
    logs = np.stack(
        [shared + mixed[label][votes, column] for label, column in enumerate(rows.T)]
    )  # (C, R, H)
    peak = logs.max(axis=(0, 2))
    return np.asarray(peak + np.log(np.exp(logs - peak[:, None]).sum(axis=(0, 2))))


@dataclass(frozen=True, kw_only=True)
class _Tables:
    """Logarithms of rising factorials a · (a + 1) ⋯ (a + n − 1), n = 0 … most."""

    leading: Floats  # (most + 1, A)
    others: Floats  # (most + 1, A)
    total: Floats  # (most + 1, A)
    rival: Floats  # (most + 1, H)
    rivals: Floats  # (most + 1, H) of all others together

    @classmethod
    def of(cls, width: int, most: int, unit: int = 1) -> _Tables:
        one = grid(width)
        return cls(
            leading=_rising(one.leading, most, unit),
            others=_rising(one.others, most, unit),
            total=_rising(one.leading + one.others, most, unit),
            rival=_rising(one.rivalry, most, unit),
            rivals=_rising(one.rivalry * (width - 1), most, unit),
        )

    def shared(self, rows: Counts) -> Floats:
        """(R, H) the factors of all labels."""
        return np.asarray(np.sum([self.rival[column] for column in rows.T], axis=0))

    def leader(self, count: npt.NDArray[np.int64], votes: npt.NDArray[np.int64]) -> Floats:
        """(R, A, H) the part of a leader with `count` (R,) of all `votes` (R,)."""
        share = self.leading[count] + self.others[votes - count] - self.total[votes]
        return share[:, :, None] - (self.rival[count] + self.rivals[votes - count])[:, None, :]

    def mixed(self, weights: Floats, most: int) -> Floats:
        """(C, most + 1, most + 1, H) that part under (C, A, H) weights; by all and own votes."""
        found = np.zeros((len(weights), most + 1, most + 1, weights.shape[2]))
        for votes in range(most + 1):
            own = np.arange(votes + 1)
            logs = self.leader(own, np.full(votes + 1, votes))
            peak = logs.max(axis=1)
            summed = np.einsum("nah,cah->cnh", np.exp(logs - peak[:, None]), weights)
            found[:, votes, : votes + 1] = peak + np.log(summed)
        return found


def _rising(parameter: Floats, most: int, unit: int) -> Floats:
    if unit > 1:
        from scipy.special import gammaln

        steps = np.arange(most + 1)[:, None] / unit
        return np.asarray(gammaln(parameter + steps) - gammaln(parameter))
    factors = np.log(parameter + np.arange(most)[:, None])
    return np.concatenate([np.zeros((1, len(parameter))), np.cumsum(factors, axis=0)])
