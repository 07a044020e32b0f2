"""Which checks a project's texts go through, and their limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any


@dataclass(frozen=True)
class Checks:
    """What is checked beyond what always is: readable, no refusal, length, equal texts."""

    near: float = 0.8  # Jaccard index from which a text is a near duplicate; 0 = not checked
    near_apart: float = 0.7  # the same towards test and seed texts
    semantic: float = 0.0  # cosine of embeddings from which a text says the same; 0 = not checked
    giveaway: bool = True
    personal: bool = True
    language: bool = True  # where the project states one
    boilerplate: bool = True

    def __post_init__(self) -> None:
        for name in ("near", "near_apart", "semantic"):
            limit = getattr(self, name)
            if not (limit == 0 or 0.5 <= limit <= 1):
                raise ValueError(f"The limit {name} is {limit}, but it must be 0 or 0.5 to 1.")

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> Checks:
        """From stored JSON; what is not there has its default, what is unknown is left out.

        >>> Checks.from_params({"near": 0.9, "retired": 1}).near
        0.9
        """
        names = [field.name for field in fields(cls)]
        return cls(**{name: params[name] for name in names if name in params})

    def as_params(self) -> dict[str, float | bool]:
        """As JSON can hold it.

        >>> Checks.from_params(Checks(near=0).as_params()) == Checks(near=0)
        True
        """
        return asdict(self)
