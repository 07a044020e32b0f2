"""Vectors for tests."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from hypothesis import strategies as st


def unit_vectors(n: int, *, dimensions: int = 384, seed: int = 0) -> npt.NDArray[np.float32]:
    """Directions with something in common, as those of texts have."""
    rng = np.random.default_rng(seed)
    rows = rng.normal(size=(n, dimensions)) + 0.5
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def turned(*degrees: float) -> npt.NDArray[np.float32]:
    """Directions in the plane."""
    angles = np.deg2rad(degrees)
    return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)


planes = st.lists(st.integers(0, 359), min_size=2, max_size=12).map(lambda found: turned(*found))
