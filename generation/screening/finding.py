"""What a check says."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """Why a text must not become an example; falsy when nothing speaks against it."""

    reason: str = ""  # a key of REASONS
    detail: str = ""  # what was found, in a few words for a person; never a test text

    def __bool__(self) -> bool:
        return bool(self.reason)


FINE = Finding()
