"""The texts that are known already, on two shelves, and a new text beside them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from curation.duplicates import Signatures, normalised, sign
from generation.screening.duplicates import KeySet, key_of
from generation.screening.finding import FINE, Finding
from generation.screening.near_duplicates import NearIndex
from generation.screening.semantic import Embed, VectorIndex

BLOCK = 2_048  # texts learned at once


@dataclass(frozen=True)
class Look:
    """A text as the shelves see it; what costs time is worked out once, and when first asked."""

    text: str

    @cached_property
    def normal(self) -> str:
        return normalised(self.text)

    @cached_property
    def key(self) -> int:
        return key_of(self.normal)

    @cached_property
    def signature(self) -> Signatures:
        return sign([self.normal])


@dataclass(frozen=True)
class Kin:
    """The texts that a call was shown to rewrite: being near them is what was asked for."""

    keys: frozenset[int] = frozenset()
    signatures: Signatures | None = None
    vectors: NDArray[np.float32] | None = None

    @classmethod
    def of(cls, texts: Sequence[str], embed: Embed | None) -> Kin:
        if not texts:
            return cls()
        normal = [normalised(text) for text in texts]
        return cls(
            keys=frozenset(map(key_of, normal)),
            signatures=sign(normal),
            vectors=embed(texts) if embed else None,
        )


class Shelf:
    """Known texts of one sort: equal ones by key, almost equal ones by sketch, others by vector."""

    def __init__(self, *, named: str, near: float, semantic: float) -> None:
        self.named = named  # for a person
        self.keys = KeySet()
        self.lookalikes = NearIndex(near=near) if near else None
        self.vectors = VectorIndex(limit=semantic) if semantic else None

    def learn(self, texts: Iterable[str], embed: Embed | None) -> None:
        """Remember texts; those that equal a known one cost next to nothing."""
        coming = iter(texts)
        while block := list(islice(coming, BLOCK)):
            fresh: dict[int, Look] = {}
            for look in map(Look, block):
                if look.key not in fresh and look.key not in self.keys:
                    fresh[look.key] = look
            self._learn(fresh, embed)

    def _learn(self, fresh: dict[int, Look], embed: Embed | None) -> None:
        if not fresh:
            return
        self.keys.extend(fresh)
        if self.lookalikes is not None:
            self.lookalikes.extend([look.normal for look in fresh.values()])
        if self.vectors is not None and embed:
            self.vectors.extend(embed([look.text for look in fresh.values()]))

    def add(self, look: Look) -> None:
        """Remember one text that is not known yet; its vector is handed in by the answer."""
        self.keys.add(look.key)
        if self.lookalikes is not None:
            self.lookalikes.add(look.signature)

    def finding(self, look: Look, kin: Kin, *, equal: str, near: str) -> Finding:
        """Whether the text equals a known one, or almost."""
        if look.key in self.keys:
            return Finding(equal)
        if self.lookalikes is None:
            return FINE
        alike = self.lookalikes.nearest(look.signature, kin=kin.signatures)
        return Finding(near, f"{alike:.2f} like {self.named}") if alike else FINE

    @property
    def nbytes(self) -> int:
        """Bytes of all that grows with the texts."""
        return self.keys.nbytes + sum(
            part.nbytes for part in (self.lookalikes, self.vectors) if part is not None
        )
