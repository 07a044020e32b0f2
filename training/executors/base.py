"""What an executor must offer: run folders in, finished run folders out.

The caller writes a folder's inputs, starts it, and asks now and then how it goes. Whatever the
place where it is fitted, a run that ended well is a finished folder *here* (its manifest is
written) by the time `Handle.ended` says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from training.fitting.child import Step
from training.fitting.run_folder import RunFolder

TRIES = 3  # of a run whose process was lost


@dataclass(frozen=True, kw_only=True)
class Ended:
    """How a fit ended."""

    complaint: str = ""  # one sentence for the user; "" when it ended well
    lost: bool = False  # its process or its host went away, so another try may end well


class Handle(Protocol):
    """One fit on its way."""

    @property
    def folder(self) -> RunFolder: ...

    def ended(self) -> Ended | None:
        """None while it waits or runs; the same answer ever after. Returns at once."""

    def step(self) -> Step | None:
        """The newest step known here; None before the first. Returns at once."""

    def cancel(self) -> None:
        """Stop it; returns when nothing of it runs any more. Harmless when it has ended."""


class Executor(Protocol):
    """Where folders are fitted. One thread uses it; it is closed once."""

    @property
    def capacity(self) -> int:
        """How many fits it takes at a time, 1 or more; it may change while hosts come and go."""

    def start(self, folder: RunFolder) -> Handle:
        """Begin to fit `folder`, whose inputs are written.

        It neither waits for room nor tries again: the caller counts fits under way and tries.

        Raises:
            OSError: no process could be started.
        """

    def close(self) -> None:
        """Cancel whatever still runs and give back what the executor holds."""
