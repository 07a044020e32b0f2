"""Which texts share a hash: 8 bytes per entry, for hundreds of thousands of texts."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

RECENT = 8_192  # entries in the dict before they move to the array
LOW = np.uint64(0xFFFFFFFF)
HALF = np.uint64(32)


class BandTable:
    """Entries (32-bit hash, text number): an array in order, and a small dict of the newest.

    Moving `RECENT` entries into an array of a million takes some milliseconds, so adding stays
    cheap on average, and nothing is kept twice.

    >>> table = BandTable()
    >>> table.add(np.array([5, 9], np.uint64), 0)
    >>> table.add(np.array([6, 9], np.uint64), 1)
    >>> table.sharing(np.array([9], np.uint64)).tolist()
    [0, 1]
    """

    def __init__(self) -> None:
        self._settled: NDArray[np.uint64] = np.empty(0, np.uint64)  # hash << 32 | number, in order
        self._recent: dict[int, list[int]] = {}
        self._n_recent = 0

    def add(self, hashes: NDArray[np.uint64], number: int) -> None:
        """Enter one text under each of its hashes."""
        for key in hashes.tolist():
            self._recent.setdefault(key, []).append(number)
        self._n_recent += hashes.size
        if self._n_recent >= RECENT:
            entries = [key << 32 | one for key, many in self._recent.items() for one in many]
            self._recent.clear()
            self._n_recent = 0
            self._settle(np.array(entries, np.uint64))

    def extend(self, hashes: NDArray[np.uint64], *, first: int) -> None:
        """Enter many texts, numbered from `first`. `hashes`: (texts, bands)."""
        numbers = np.arange(first, first + len(hashes), dtype=np.uint64)
        self._settle(((hashes << HALF) | numbers[:, None]).ravel())

    def _settle(self, entries: NDArray[np.uint64]) -> None:
        entries.sort()
        self._settled = np.concatenate([self._settled, entries])
        self._settled.sort(kind="stable")  # two runs in order: one merge

    def sharing(self, hashes: NDArray[np.uint64]) -> NDArray[np.int64]:
        """The numbers of the texts that share at least one hash, each once, in order."""
        starts = self._settled.searchsorted(hashes << HALF)
        ends = self._settled.searchsorted((hashes << HALF) | LOW, side="right")
        found = [
            (self._settled[start:end] & LOW).astype(np.int64)
            for start, end in zip(starts.tolist(), ends.tolist(), strict=True)
            if end > start
        ]
        recent = [self._recent[key] for key in hashes.tolist() if key in self._recent]
        found += [np.array(numbers, np.int64) for numbers in recent]
        return np.unique(np.concatenate(found)) if found else np.empty(0, np.int64)

    @property
    def nbytes(self) -> int:
        """Bytes of the array; the dict in front of it never grows beyond its limit."""
        return self._settled.nbytes
