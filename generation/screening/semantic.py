"""Texts that say the same in other words: the cosine of their embeddings.

Comparing a text with 100,000 others number by number would take some 15 milliseconds. So each
vector also has 256 bits: on which side of 256 planes it lies (random hyperplanes, Charikar 2002).
Vectors at a small angle differ in few bits, and only those that do are compared in full.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Embed = Callable[[Sequence[str]], NDArray[np.float32]]  # N texts → (N, d)

N_PLANES = 256
DEVIATIONS = 3.5  # from the expected number of bits: 2 of 10,000 texts at the limit are missed
BLOCK = 16_384  # rows of one piece of memory
FEW = 32  # rows that one thread multiplies: waiting for others takes 20 ms on a busy machine
SAME = 0.999  # cosine from which a known text is taken to be the one that was shown


class _Block:
    """Some thousand vectors. Memory that is not written to yet is not taken either."""

    def __init__(self, width: int) -> None:
        self.n = 0
        self.sides = np.zeros((N_PLANES // 64, BLOCK), np.uint64)
        self.whole = np.zeros((BLOCK, width), np.int8)
        self.scales = np.zeros(BLOCK, np.float32)

    def near(self, sides: NDArray[np.uint64], *, most_bits: int) -> NDArray[np.float32]:
        """The vectors that differ from these sides in few bits, (k, d)."""
        differing = np.bitwise_count(self.sides[0, : self.n] ^ sides[0])
        for own, other in zip(self.sides[1:, : self.n], sides[1:], strict=True):
            differing += np.bitwise_count(own ^ other)  # 256 is counted as 0, which does no harm
        places = np.flatnonzero(differing <= most_bits)
        return self.whole[places] * self.scales[places, None]


class VectorIndex:
    """Vectors of known texts, as 8-bit numbers with one scale for each row.

    Rounding changes a cosine by less than 0.002.

    >>> known = VectorIndex(limit=0.9)
    >>> known.extend(np.array([[3, 4]], np.float32))
    >>> known.nearest(np.array([[6, 8], [4, -3]], np.float32)).round(2).tolist()
    [1.0, 0.0]
    """

    def __init__(self, *, limit: float) -> None:
        share = math.acos(min(limit, 1)) / math.pi  # of planes between two vectors at the limit
        spread = math.sqrt(N_PLANES * share * (1 - share))
        self._most_bits = min(N_PLANES - 1, int(N_PLANES * share + DEVIATIONS * spread + 2))
        self._blocks: list[_Block] = []
        self._n = 0

    def __len__(self) -> int:
        return self._n

    def extend(self, vectors: NDArray[np.float32]) -> None:
        """Remember vectors (N, d), of any length."""
        rows = unit(vectors)
        while len(rows):
            if not self._blocks or self._blocks[-1].n == BLOCK:
                self._blocks.append(_Block(rows.shape[1]))
            block = self._blocks[-1]
            now, rows = rows[: BLOCK - block.n], rows[BLOCK - block.n :]
            places = slice(block.n, block.n + len(now))
            largest = np.abs(now).max(axis=1, initial=1e-6)
            block.whole[places] = np.rint(now * (127 / largest)[:, None])
            block.scales[places] = largest / 127
            block.sides[:, places] = _sides(now).T
            block.n += len(now)
            self._n += len(now)

    def nearest(
        self, vectors: NDArray[np.float32], *, kin: NDArray[np.float32] | None = None
    ) -> NDArray[np.float32]:
        """For each of M vectors the largest cosine with a known one; 0 when none is near, (M,).

        Args:
            vectors: (M, d).
            kin: (K, d), vectors of texts that do not count when they are known.
        """
        wanted = unit(vectors)
        relatives = unit(kin) if kin is not None else wanted[:0]
        most = np.zeros(len(wanted), np.float32)
        for place, (vector, sides) in enumerate(zip(wanted, _sides(wanted), strict=True)):
            for block in self._blocks:
                near = block.near(sides, most_bits=self._most_bits)
                shown = (near @ relatives.T >= SAME).any(axis=1)
                most[place] = max(most[place], (near[~shown] @ vector).max(initial=0))
        return most

    @property
    def nbytes(self) -> int:
        """Bytes of the vectors, their scales and their sides."""
        width = self._blocks[0].whole.shape[1] if self._blocks else 0
        return self._n * (width + 4 + N_PLANES // 8)


def _sides(vectors: NDArray[np.float32]) -> NDArray[np.uint64]:
    """On which side of each plane the vectors lie, (N, N_PLANES / 64)."""
    planes = _planes(vectors.shape[1])
    few = len(vectors) <= FEW
    heights = np.einsum("nd,dp->np", vectors, planes) if few else vectors @ planes
    return np.packbits(heights > 0, axis=1).view(np.uint64)


@lru_cache(maxsize=4)
def _planes(width: int) -> NDArray[np.float32]:
    """Random directions (width, N_PLANES), the same on every machine: sums of eight bytes."""
    raw = np.random.PCG64(0).random_raw(width * N_PLANES)
    numbers = raw.view(np.uint8).reshape(width, N_PLANES, 8).sum(axis=2, dtype=np.int64)
    return (numbers - 8 * 127.5).astype(np.float32)


def unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Vectors of length 1; a zero vector stays zero.

    >>> unit(np.array([[3, 4], [0, 0]], np.float32)).round(1).tolist()
    [[0.6000000238418579, 0.800000011920929], [0.0, 0.0]]
    """
    wide = np.asarray(vectors, np.float32)
    lengths = np.linalg.norm(wide, axis=1, keepdims=True)
    return np.asarray(wide / np.maximum(lengths, 1e-12), np.float32)
