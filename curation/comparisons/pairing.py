"""Which pair to ask somebody about next."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping

Pair = tuple[str, str]


def next_pair(
    done: Mapping[Pair, int], mine: Collection[Pair], annotator: str, *, seed: int
) -> Pair | None:
    """The least compared pair this person has not compared; None when none is left.

    Args:
        done: pair → comparisons it has; only pairs that may be asked about.
        mine: pairs this person has compared.
        annotator, seed: decide among pairs with equally few, so that people begin at different
            ones and one person is told the same pair when they ask again.

    >>> next_pair({("a", "b"): 2, ("a", "c"): 0, ("b", "c"): 1}, [("a", "c")], "ann", seed=0)
    ('b', 'c')
    """
    left = [pair for pair in done if pair not in mine]
    return min(left, key=lambda pair: (done[pair], _place(pair, annotator, seed)), default=None)


def _place(pair: Pair, annotator: str, seed: int) -> bytes:
    return hashlib.sha256(f"{seed}:{annotator}:{'|'.join(pair)}".encode()).digest()
