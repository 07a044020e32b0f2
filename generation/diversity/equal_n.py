"""Samples of one size, since most measures move with the number of texts."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from curation.errors import BadInput

Places = npt.NDArray[np.int64]

DRAWS = 5
CHEAP = 10_000  # texts of a group up to which several draws are


@dataclass(frozen=True, kw_only=True)
class Spread:
    """A measure over several draws."""

    mean: float
    std: float  # over draws, with n - 1; NaN for one draw
    draws: int


def spread(values: Iterable[float]) -> Spread:
    """Mean and spread of the values that are numbers; NaN when none is.

    >>> spread([1.0, 3.0])
    Spread(mean=2.0, std=1.4142135623730951, draws=2)
    """
    seen = [value for value in values if not np.isnan(value)]
    if not seen:
        return Spread(mean=float("nan"), std=float("nan"), draws=0)
    std = float(np.std(seen, ddof=1)) if len(seen) > 1 else float("nan")
    return Spread(mean=float(np.mean(seen)), std=std, draws=len(seen))


def cheap_draws(n: int) -> int:
    """How many draws of n texts a measurement takes when nobody says."""
    return DRAWS if n <= CHEAP else 1


def draw(n_rows: int, n: int, *, seed: int, name: str, number: int) -> Places:
    """n of n_rows places, without repeats, in random order.

    Each (seed, name, number) is a stream of its own, so that a further group or label changes no
    other's draw. The first places of a draw are the same whatever n is.

    Raises:
        BadInput: n is more than there are.

    >>> sorted(draw(3, 3, seed=0, name="few_shot/joke", number=0).tolist())
    [0, 1, 2]
    """
    if n > n_rows:
        raise BadInput(f"{n} texts of {name!r} were to be drawn, but there are {n_rows}.")
    rng = np.random.default_rng([seed, number, zlib.crc32(name.encode())])
    return rng.permutation(n_rows)[:n]
