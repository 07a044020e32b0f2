"""An array that grows row by row and wastes little memory."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

SLACK = 1.1  # room taken beyond what is needed, so that growing stays cheap


class Rows:
    """Rows of equal width. Memory is at most a tenth more than what they hold.

    >>> rows = Rows(np.dtype(np.uint8), width=2)
    >>> rows.extend(np.array([[1, 2], [3, 4]], np.uint8))
    >>> rows[np.array([1])].tolist(), len(rows)
    ([[3, 4]], 2)
    """

    def __init__(self, dtype: np.dtype[Any], *, width: int) -> None:
        self._rows: NDArray[Any] = np.empty((0, width), dtype)
        self._n = 0

    def __len__(self) -> int:
        return self._n

    def __getitem__(self, wanted: NDArray[np.int64] | slice) -> NDArray[Any]:
        return self._rows[: self._n][wanted]

    def extend(self, rows: NDArray[Any]) -> None:
        """Put rows at the end."""
        needed = self._n + len(rows)
        if needed > len(self._rows):
            grown = np.empty((int(needed * SLACK) + 64, self._rows.shape[1]), self._rows.dtype)
            grown[: self._n] = self._rows[: self._n]
            self._rows = grown
        self._rows[self._n : needed] = rows
        self._n = needed

    @property
    def nbytes(self) -> int:
        return self._rows.nbytes
