"""Future studies played out: what studies of each size would find, from a pilot's votes."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from curation.agreement.counts import Counts
from curation.designing.precision import alpha_precision, share_half_width
from curation.designing.prior import PRIORS, Floats

MARGIN = 1e-9  # a share such as 4/5 and the threshold 0.8 are not the same float on every path


@dataclass(frozen=True, kw_only=True)
class Grid:
    """The study sizes that are looked at."""

    examples: tuple[int, ...] = (
        50,
        100,
        150,
        200,
        300,
        500,
        750,
        1_000,
        1_500,
        2_000,
        3_000,
        5_000,
    )
    votes: tuple[int, ...] = (2, 3, 4, 5, 7, 10)  # per example, each at least 2

    def up_to(self, most_examples: int) -> Grid:
        """The sizes with at most so many examples, and that very number.

        >>> Grid(examples=(50, 100, 200)).up_to(120).examples
        (50, 100, 120)
        """
        smaller = tuple(n for n in self.examples if n < most_examples)
        return replace(self, examples=(*smaller, most_examples))


@dataclass(frozen=True, kw_only=True)
class Futures:
    """S simulated studies of each size: arrays (S, examples of the grid, votes of the grid)."""

    alpha: Floats
    half_width: Floats  # of α's 95 % interval
    kept: Floats  # share of the examples, at γ
    kept_half_width: Floats  # of that share's 95 % interval
    wrongly_kept: Floats  # share of the examples that many votes would drop
    wrongly_dropped: Floats  # share of the examples that many votes would keep


def play_futures(
    pilot: Counts, *, gamma: float, grid: Grid, studies: int, seed: int, many: int | None = None
) -> Futures:
    """Simulate studies of every size of the grid.

    Each study has a prior of its own, of one of two shapes and fitted on the pilot with random
    weights on its examples (the Bayesian bootstrap), so the spread between studies holds what the
    pilot leaves open and what the study itself draws. Within a study smaller sizes are part of the
    larger.

    Args:
        pilot: (T, K) int, votes per label; T ≥ 1.
        gamma: an example is kept where its most frequent label has at least this share.
        studies: S ≥ 1.
        seed: of everything drawn.
        many: how many votes decide what is right; None: all people's shares, known exactly.
    """
    rng = np.random.default_rng(seed)
    kinds, times = np.unique(pilot, axis=0, return_counts=True)
    found = np.empty((studies, 6, len(grid.examples), len(grid.votes)))
    for study in range(studies):
        # Rubin's weights (1981), drawn for all examples of a kind together
        weights = rng.dirichlet(times) * len(pilot)
        prior = PRIORS[study % len(PRIORS)](kinds, weights)
        shares = prior.draw(max(grid.examples), rng=rng)
        found[study] = _study(shares, gamma, grid, many, rng)
    return Futures(
        alpha=found[:, 0],
        half_width=found[:, 1],
        kept=found[:, 2],
        kept_half_width=found[:, 3],
        wrongly_kept=found[:, 4],
        wrongly_dropped=found[:, 5],
    )


def _study(
    shares: Floats, gamma: float, grid: Grid, many: int | None, rng: np.random.Generator
) -> Floats:
    """(6, examples, votes) one simulated study at every size, in the order of `Futures`."""
    after = votes_after(shares, sorted({*grid.votes, *([many] if many else [])}), rng=rng)
    sure = shares.max(axis=1) >= gamma - MARGIN
    right = sure if many is None else is_kept(after[many], gamma)
    cells = np.empty((6, len(grid.examples), len(grid.votes)))
    for column, votes in enumerate(grid.votes):
        counts = after[votes]
        kept = is_kept(counts, gamma)
        for row, n in enumerate(grid.examples):
            precision = alpha_precision(counts[:n])
            share = float(kept[:n].mean())
            cells[:, row, column] = (
                precision.alpha,
                precision.half_width,
                share,
                share_half_width(share, n),
                (kept[:n] & ~right[:n]).mean(),
                (~kept[:n] & right[:n]).mean(),
            )
    return cells


def is_kept(counts: Counts, gamma: float) -> npt.NDArray[np.bool_]:
    """(T,) whether each example's most frequent label has at least the share γ of its votes.

    >>> is_kept(np.array([[4, 1], [3, 2]]), 0.8).tolist()
    [True, False]
    """
    return np.asarray(counts.max(axis=1) >= gamma * counts.sum(axis=1) - MARGIN)


def votes_after(shares: Floats, sizes: list[int], *, rng: np.random.Generator) -> dict[int, Counts]:
    """Votes per label after each of `sizes` votes; later ones come on top of earlier ones.

    Args:
        shares: (N, K) each example's label shares, rows sum to 1.
        sizes: ascending.

    Returns:
        size → (N, K) int, rows sum to the size.

    >>> certain = np.array([[1.0, 0.0], [0.0, 1.0]])
    >>> votes_after(certain, [1, 3], rng=np.random.default_rng(0))[3].tolist()
    [[3, 0], [0, 3]]
    """
    after: dict[int, Counts] = {}
    counts, done = np.zeros(shares.shape, dtype=np.int64), 0
    for size in sizes:
        counts = counts + rng.multinomial(size - done, shares)
        after[size], done = counts, size
    return after
