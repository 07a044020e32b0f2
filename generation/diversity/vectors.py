"""What the measures on vectors share."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from curation.errors import BadInput

Vectors = npt.NDArray[np.float32]  # (N, D), rows of length 1
Numbers = npt.NDArray[np.float64]

BLOCK = 4_096  # rows; a block of cosines takes 64 MiB
TOLERANCE = 1e-3  # how far from 1 a row's length may be


def unit_rows(vectors: Vectors) -> Vectors:
    """The vectors as float32, after a look that cosines may be taken as dot products.

    Raises:
        BadInput: not a table of finite rows of length 1.
    """
    if vectors.ndim != 2:
        raise BadInput(f"Vectors come as a table of rows, not with {vectors.ndim} dimensions.")
    lengths = np.sqrt(np.einsum("ij,ij->i", vectors, vectors, dtype=np.float64))
    wrong = int(np.sum(~(np.abs(lengths - 1) <= TOLERANCE)))
    if wrong:
        raise BadInput(
            f"{wrong} of {len(vectors)} vectors are not of length 1; divide each by its length."
        )
    return np.ascontiguousarray(vectors, dtype=np.float32)
