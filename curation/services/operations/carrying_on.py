"""Going on after an error that nobody foresaw, where nobody is there to start the work again."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import InterfaceError, OperationalError

LOG = logging.getLogger("concord.worker")
TOLD_AGAIN = 3_600.0  # seconds: what breaks off every few seconds must not fill the disk

_told: dict[tuple[str, str], float] = {}  # what broke off, and with which kind of error → when


@contextmanager
def carrying_on(what: str) -> Iterator[None]:
    """An error that breaks the block off goes to the log, and whoever asked for it goes on.

    A database that is away raises: what follows would find it no better.

    Args:
        what: the work, as the log names it.
    """
    try:
        yield
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        now, key = time.monotonic(), (what, type(error).__name__)
        if key not in _told or now - _told[key] >= TOLD_AGAIN:
            _told[key] = now
            LOG.exception("%s broke off; it is tried again in a while", what)
