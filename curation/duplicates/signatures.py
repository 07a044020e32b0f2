"""What is kept of a text to find others that are almost equal to it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SHINGLE = 4  # characters
MOST_CHARACTERS = 4_000  # of a longer text, only its beginning is compared
SKETCH_BITS = 512
N_HASHES = 48


def _factors(n: int, *, start: int) -> NDArray[np.uint64]:
    """Odd multipliers of 64 bits, the same on every machine and with every version (splitmix)."""
    state = np.arange(start, start + n, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return (state ^ (state >> np.uint64(31))) | np.uint64(1)


_HALF = np.uint64(32)
_SHINGLE_FACTORS = _factors(SHINGLE, start=1)
_HASH_FACTORS = (_factors(N_HASHES, start=101) >> _HALF).astype(np.uint32)[:, None] | np.uint32(1)
_HASH_OFFSETS = (_factors(N_HASHES, start=201) >> _HALF).astype(np.uint32)[:, None]
_BAND_FACTORS = _factors(N_HASHES, start=301)
_MIX = _factors(1, start=401)[0]
_BIT_SHIFT = np.uint64(32 - int(math.log2(SKETCH_BITS)))


@dataclass(frozen=True)
class Signatures:
    """N texts, as far as comparing them goes."""

    minima: NDArray[np.uint32]  # (N_HASHES, N), the least value of each hash
    sketches: NDArray[np.uint64]  # (N, SKETCH_BITS / 64), each at the level of its text
    sizes: NDArray[np.uint16]  # (N,), different shingles
    hashes: NDArray[np.uint64]  # of all different shingles, text after text

    def bands(self, *, rows: int, bands: int) -> NDArray[np.uint64]:
        """32 bits for each text and band: equal where `rows` minima are. Shape (N, bands)."""
        weighted = self.minima[: rows * bands].astype(np.uint64)
        weighted *= _BAND_FACTORS[: rows * bands, None]
        summed = weighted.reshape(bands, rows, -1).sum(axis=1, dtype=np.uint64)
        return np.ascontiguousarray((((summed ^ (summed >> _HALF)) * _MIX) >> _HALF).T)


def sign(texts: Sequence[str]) -> Signatures:
    """The signatures of normalised texts; `texts` is not empty.

    >>> sign(["abcdefgh"]).sizes.tolist()
    [5]
    """
    hashes, starts, owners = _shingles(texts)
    sizes = np.diff(starts, append=len(hashes)).astype(np.uint16)
    spread = hashes.astype(np.uint32) * _HASH_FACTORS
    spread ^= _HASH_OFFSETS
    return Signatures(
        minima=np.minimum.reduceat(spread, starts, axis=1),
        sketches=_sketches(hashes, owners, levels_of(sizes)),
        sizes=sizes,
        hashes=hashes,
    )


def levels_of(sizes: NDArray[np.uint16]) -> NDArray[np.int64]:
    """How often each text's shingles are halved, so that at most `SKETCH_BITS` are sketched.

    >>> levels_of(np.array([5, 512, 513, 2_000], np.uint16)).tolist()
    [0, 0, 1, 2]
    """
    return np.ceil(np.log2(np.maximum(sizes / SKETCH_BITS, 1))).astype(np.int64)


def sketch_at(level: int, hashes: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The sketch of one text at another level than its own, to compare it with a text there."""
    return _sketches(hashes, np.zeros(len(hashes), np.int64), np.array([level]))[0]


def _sketches(
    hashes: NDArray[np.uint64], owners: NDArray[np.int64], levels: NDArray[np.int64]
) -> NDArray[np.uint64]:
    """One sketch for each of N texts. At level L, each 2^L-th shingle is in it: equal ones are."""
    left_out = np.uint64(1) << levels.astype(np.uint64)
    kept = (hashes & (left_out - np.uint64(1))[owners]) == 0
    places = owners * SKETCH_BITS + (hashes >> _BIT_SHIFT).astype(np.int64)
    bits = np.bincount(places[kept], minlength=len(levels) * SKETCH_BITS)
    odd = (bits & 1).astype(np.uint8).reshape(len(levels), SKETCH_BITS)
    return np.packbits(odd, axis=1).view(np.uint64)


def _shingles(
    texts: Sequence[str],
) -> tuple[NDArray[np.uint64], NDArray[np.int64], NDArray[np.int64]]:
    """Hashes of the different shingles of each text, where each text's begin, and whose they are.

    A text shorter than one shingle is filled up to one.
    """
    cut = [text[:MOST_CHARACTERS].ljust(SHINGLE, "\0") for text in texts]
    content = "".join(cut).encode("utf-32-le", "surrogatepass")
    codes = np.frombuffer(content, np.uint32).astype(np.uint64)
    n_shingles = len(codes) - SHINGLE + 1
    mixed = sum(codes[i : i + n_shingles] * _SHINGLE_FACTORS[i] for i in range(SHINGLE))
    hashes = ((mixed ^ (mixed >> _HALF)) * _MIX) >> _HALF  # 32 bits
    owners = np.repeat(np.arange(len(cut), dtype=np.uint64), [len(text) for text in cut])
    whole = owners[:n_shingles] == owners[SHINGLE - 1 :]  # none runs into the next text
    different = np.unique(((owners[:n_shingles] << _HALF) | hashes)[whole])
    owner = (different >> _HALF).astype(np.int64)
    starts = owner.searchsorted(np.arange(len(cut)))
    return different & np.uint64(0xFFFFFFFF), starts, owner
