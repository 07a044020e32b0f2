"""Work that no page should wait for, done beside the requests by one thread of the process.

Only where `settings.CONCORD_COUNT_BESIDE` says so, as gunicorn's settings do: what commands,
workers and tests ask for they wait for.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from django.conf import settings
from django.db import connection, connections, transaction

LOG = logging.getLogger("concord.beside")

# its thread starts with the first work, so not before gunicorn has forked
_THREAD = ThreadPoolExecutor(max_workers=1, thread_name_prefix="beside")


def is_beside() -> bool:
    """Whether this process does beside its requests what can wait."""
    return bool(settings.CONCORD_COUNT_BESIDE)


def soon(work: Callable[[], object]) -> None:
    """Have `work` done after all that was asked for before; what breaks in it is logged."""
    with suppress(RuntimeError):  # the process is to end, and does nothing more
        _THREAD.submit(_done, work)


def stop() -> None:
    """Leave what was not begun yet: the process is to end."""
    _THREAD.shutdown(wait=False, cancel_futures=True)


def _done(work: Callable[[], object]) -> None:
    try:
        if connection.vendor == "postgresql":
            _on_one_core(work)
        else:
            work()
    except Exception:
        LOG.exception("What was to be counted beside the requests could not be counted.")
    finally:
        connections.close_all()  # this thread's


def _on_one_core(work: Callable[[], object]) -> None:
    """Nobody waits for it, so the requests may have the server's other cores."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL max_parallel_workers_per_gather = 0")
        work()
