"""Waiting for a server that is away."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from curation.errors import CurationError
from curation.label_studio.errors import ServerFailed, Unreachable
from curation.progress import Progress

T = TypeVar("T")

LONGEST_PAUSE = 30.0  # seconds


def with_patience(
    work: Callable[[], T],
    *,
    seconds: float,
    progress: Progress,
    away: tuple[type[CurationError], ...] = (Unreachable, ServerFailed),
) -> T:
    """What `work` returns, tried again while the server is away, fails or starts anew.

    For jobs: nobody waits for their answer, so a server that is away only delays. `work` must be
    safe to repeat.

    Args:
        seconds: after which the error is let through.
        progress: told why it waits; may cancel.
        away: what says that the server is away.
    """
    give_up = time.monotonic() + seconds
    pause = 1.0
    while True:
        try:
            return work()
        except away as error:
            if time.monotonic() + pause > give_up:
                raise
            progress(0, 0, f"Waiting: {error}")
            time.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)
