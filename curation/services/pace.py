"""How long work still takes, by how fast it went on since somebody began to look.

Nothing else tells: work that was taken up again, or that does several things one after another,
was never as fast as since its beginning.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from django.core.cache import cache

from curation.models import Job

SHORTEST = 4.0  # seconds after which a pace is believed
FORGOTTEN = 600.0  # seconds for which a look is remembered


@dataclass(frozen=True, kw_only=True)
class Look:
    """How far a job was when somebody began to look."""

    at: float  # seconds, of `time.time`
    done: int
    total: int


def seconds_left(job: Job) -> float | None:
    """How long a running job still takes at its pace; None while that cannot be told.

    The first look begins, every later one within ten minutes tells. A job that began to count
    something else is looked at anew.
    """
    if job.state != Job.State.RUNNING or not 0 < job.done < job.total:
        return None
    now = Look(at=time.time(), done=job.done, total=job.total)
    name = f"pace:{job.pk}:{job.claim}"
    first: Look | None = cache.get(name)
    if first is None or first.total != now.total or first.done > now.done:
        cache.set(name, now, FORGOTTEN)
        return None
    moved, seconds = now.done - first.done, now.at - first.at
    if not moved or seconds < SHORTEST:
        return None
    return (now.total - now.done) * seconds / moved
