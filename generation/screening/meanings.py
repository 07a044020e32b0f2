"""The texts of one answer beside what is known, by what they say."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from generation.screening.finding import FINE, Finding
from generation.screening.semantic import VectorIndex, unit


@dataclass(kw_only=True)
class Meanings:
    """The embeddings of M texts, compared with all known ones at once, which is much faster."""

    limit: float  # cosine from which a text says the same
    vectors: NDArray[np.float32]  # (M, d), of length 1
    apart: NDArray[np.float32]  # (M,), the largest cosine with a test or training text
    pool: NDArray[np.float32]  # (M,), the same with a text of the pool
    accepted: list[int] = field(default_factory=list)  # of the answer's own, by place

    @classmethod
    def beside(
        cls,
        vectors: NDArray[np.float32],
        *,
        apart: VectorIndex,
        pool: VectorIndex,
        kin: NDArray[np.float32] | None,
        limit: float,
    ) -> Meanings:
        """The vectors (M, d) compared with both sorts of known texts, those in `kin` left out."""
        return cls(
            limit=limit,
            vectors=unit(vectors),
            apart=apart.nearest(vectors, kin=kin),
            pool=pool.nearest(vectors, kin=kin),
        )

    def finding(self, place: int) -> Finding:
        """Whether a text says the same as a known one, or as one accepted from this answer."""
        if self.apart[place] >= self.limit:
            return Finding(
                "semantic_leakage", f"{self.apart[place]:.2f} like a test or training text"
            )
        own = self.vectors[self.accepted] @ self.vectors[place]
        alike = max(float(self.pool[place]), float(own.max(initial=0.0)))
        if alike >= self.limit:
            return Finding("semantic_duplicate", f"{alike:.2f} like an earlier text")
        return FINE

    def accept(self, place: int) -> None:
        """The text at this place becomes an example."""
        self.accepted.append(place)

    def accepted_vectors(self) -> NDArray[np.float32]:
        """Of the accepted texts, (n, d)."""
        return self.vectors[self.accepted]
