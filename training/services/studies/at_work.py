"""Which studies some process of this machine runs at this moment."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from training.executors.claim import Claim, is_claimed
from training.models import Study

LOOKS = 10  # at whether it is held: somebody else may be looking at that moment
LOOK_SECONDS = 0.01  # between two of them


def claim_on(study: Study) -> Claim:
    """Held by every process that runs the study; they share the work."""
    return Claim(_file(study), shared=True)


def is_at_work(study: Study) -> bool:
    return is_claimed(_file(study))


@contextmanager
def nobody_at_work(study: Study) -> Iterator[bool]:
    """Whether no process runs it; where none does, none can begin to within the block."""
    claim = Claim(_file(study))
    nobody = claim.take()
    for _ in range(LOOKS - 1):
        if not nobody:
            time.sleep(LOOK_SECONDS)
            nobody = claim.take()
    try:
        yield nobody
    finally:
        claim.release()


def _file(study: Study) -> Path:
    return Path(settings.CONCORD_HOME) / "studies" / study.slug / "running"
