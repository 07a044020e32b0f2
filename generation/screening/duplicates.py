"""Equal texts, whatever their case, spacing and punctuation."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from curation.duplicates.normal import normalised

RECENT = 4_096  # keys in the set before they move to the array, which takes a tenth of the memory


def key_of(normal: str) -> int:
    """64 bits that equal normalised texts share, the same on every machine.

    Among 100,000 texts, the odds that two different ones share a key are 1 in 3 thousand million.
    """
    content = normal.encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(content, digest_size=8).digest(), "little")


def text_key(text: str) -> int:
    """The key of a text.

    >>> text_key("Hello!") == text_key(" hello")
    True
    """
    return key_of(normalised(text))


class KeySet:
    """Keys of known texts, 8 bytes each.

    >>> known = KeySet()
    >>> known.add(7)
    >>> 7 in known, 8 in known, len(known)
    (True, False, 1)
    """

    def __init__(self) -> None:
        self._settled: NDArray[np.uint64] = np.empty(0, np.uint64)  # in order
        self._recent: set[int] = set()

    def __len__(self) -> int:
        return self._settled.size + len(self._recent)

    def __contains__(self, key: int) -> bool:
        if key in self._recent:
            return True
        wanted = np.uint64(key)
        place = int(self._settled.searchsorted(wanted))
        return place < self._settled.size and bool(self._settled[place] == wanted)

    def add(self, key: int) -> None:
        """Remember one key that is not known yet."""
        self._recent.add(key)
        if len(self._recent) >= RECENT:
            self.settle()

    def extend(self, keys: Iterable[int]) -> None:
        """Remember many keys that are not known yet."""
        for key in keys:
            self.add(key)

    def settle(self) -> None:
        """Move the recent keys into the array."""
        recent = np.fromiter(self._recent, np.uint64, len(self._recent))
        self._settled = np.concatenate([self._settled, recent])
        self._settled.sort(kind="stable")  # merges what is in order already
        self._recent.clear()

    @property
    def nbytes(self) -> int:
        """Bytes of the array; the set in front of it never grows beyond its limit."""
        return self._settled.nbytes
