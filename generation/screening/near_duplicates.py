"""Texts that are almost equal: most of their runs of four letters are the same.

How alike two texts are is estimated by `curation.duplicates.alike`. Which texts are compared at all
is found by minhash bands: two texts are when, for a whole band of hashes, the least value is the
same in both. The bands are laid out so that a pair 0.05 above the limit is found in 98 of 100
cases, and one further above nearly always.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from curation.duplicates.alike import jaccard
from curation.duplicates.signatures import N_HASHES, SKETCH_BITS, Signatures, sign
from generation.screening.band_table import BandTable
from generation.screening.rows import Rows

FEWEST_SHINGLES = 4  # a shorter text is only ever equal to another, never near it
MOST_BANDS = 8  # 8 bytes of memory each
RECALL = 0.98
MOST_COMPARED = 5_000  # the newest of the texts that share a band, so that time has a lid
BLOCK = 128  # texts signed at once


class NearIndex:
    """Known texts, to ask whether a new one is almost equal to one of them.

    >>> known = NearIndex(near=0.8)
    >>> known.extend(["the bus was late again this morning"])
    >>> known.nearest(sign(["the bus was late again this morning ok"])) >= 0.8
    True
    >>> known.nearest(sign(["what a lovely day for a walk"]))
    0.0
    """

    def __init__(self, *, near: float) -> None:
        self.near = near
        self.rows, self.bands = layout(near)
        self._table = BandTable()
        self._sketches = Rows(np.dtype(np.uint64), width=SKETCH_BITS // 64)
        self._sizes = Rows(np.dtype(np.uint16), width=1)

    def __len__(self) -> int:
        return len(self._sizes)

    def add(self, text: Signatures) -> None:
        """Remember one text."""
        self._table.add(text.bands(rows=self.rows, bands=self.bands)[0], len(self))
        self._keep(text)

    def extend(self, texts: Sequence[str]) -> None:
        """Remember many normalised texts, much faster than one by one."""
        first = len(self)
        hashes = []
        for start in range(0, len(texts), BLOCK):
            signed = sign(texts[start : start + BLOCK])
            hashes.append(signed.bands(rows=self.rows, bands=self.bands))
            self._keep(signed)
        if hashes:
            self._table.extend(np.concatenate(hashes), first=first)

    def _keep(self, signed: Signatures) -> None:
        self._sketches.extend(signed.sketches)
        self._sizes.extend(signed.sizes[:, None])

    def nearest(self, text: Signatures, *, kin: Signatures | None = None) -> float:
        """How alike the most similar known text is: from `near` to 1, or 0 when none is near.

        Args:
            text: one text.
            kin: texts that do not count when they are known.
        """
        if not len(self) or text.sizes[0] < FEWEST_SHINGLES:
            return 0.0
        numbers = self._table.sharing(text.bands(rows=self.rows, bands=self.bands)[0])
        numbers = numbers[-MOST_COMPARED:]
        if not numbers.size:
            return 0.0
        sketches = self._sketches[numbers]
        alike = jaccard(text, sketches, self._sizes[numbers][:, 0])
        if kin is not None:
            for sketch in kin.sketches:
                alike[(sketches == sketch).all(axis=1)] = 0.0
        most = float(alike.max())
        return most if most >= self.near else 0.0

    @property
    def nbytes(self) -> int:
        """Bytes of all that grows with the texts."""
        return self._table.nbytes + self._sketches.nbytes + self._sizes.nbytes


def layout(near: float) -> tuple[int, int]:
    """Hashes per band, and bands: the strictest that finds `RECALL` of pairs 0.05 above `near`.

    >>> layout(0.8)
    (5, 7)
    """
    alike = min(near + 0.05, 0.99)
    for rows in range(N_HASHES, 1, -1):
        bands = math.ceil(math.log(1 - RECALL) / math.log1p(-(alike**rows)))
        if bands <= MOST_BANDS and rows * bands <= N_HASHES:
            return rows, bands
    return 1, MOST_BANDS
