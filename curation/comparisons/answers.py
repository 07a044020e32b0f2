"""Comparisons as arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Codes = npt.NDArray[np.int64]
CANNOT_SAY = -1


@dataclass(frozen=True, kw_only=True)
class Comparisons:
    """V comparisons between N items by A annotators, one row each."""

    annotator: Codes  # (V,) in [0, A)
    left: Codes  # (V,) in [0, N)
    right: Codes  # (V,) in [0, N), another one
    winner: Codes  # (V,) one of the two, or CANNOT_SAY
    n_items: int  # N

    def decided(self) -> Comparisons:
        """Those that name a winner."""
        kept = self.winner != CANNOT_SAY
        return Comparisons(
            annotator=self.annotator[kept],
            left=self.left[kept],
            right=self.right[kept],
            winner=self.winner[kept],
            n_items=self.n_items,
        )

    @property
    def loser(self) -> Codes:
        """(V,) the item that did not win; of no meaning where nobody could say."""
        return np.where(self.winner == self.left, self.right, self.left)

    def wins(self) -> Codes:
        """(N, N) int: how often the row's item won against the column's.

        >>> said = Comparisons(annotator=np.array([0, 1, 2]), left=np.array([0, 0, 1]),
        ...                    right=np.array([1, 1, 0]), winner=np.array([0, 1, -1]), n_items=2)
        >>> said.wins().tolist()
        [[0, 1], [1, 0]]
        """
        said = self.decided()
        cells = np.bincount(said.winner * self.n_items + said.loser, minlength=self.n_items**2)
        return np.asarray(cells.reshape(self.n_items, self.n_items), dtype=np.int64)
