"""Telling what only waiting, or the operator, can mend from what is a bug."""

from __future__ import annotations

import errno

from django.db import InterfaceError, OperationalError, connection

AWAY = (
    "The database cannot be reached at this moment. What was saved is safe, what was being sent "
    "was not saved; try again in a minute."
)
FULL = (
    "The disk of the server is full, so nothing can be saved at this moment. What was saved is "
    "safe; ask whoever runs this server to free some space, then try again."
)
_FULL_WORDS = ("database or disk is full", "no space left", "disk full")
_AWAY_WORDS = ("disk i/o error", "database is locked", "database table is locked")


def outage(error: BaseException) -> str:
    """What to tell people when the database is away or the disk is full; "" for other errors."""
    if isinstance(error, OSError):
        return FULL if error.errno in {errno.ENOSPC, errno.EDQUOT} else ""
    if not isinstance(error, OperationalError | InterfaceError):
        return ""
    words = str(error).lower()
    if any(known in words for known in _FULL_WORDS):
        return FULL
    return AWAY if _is_away(words) else ""


def _is_away(words: str) -> bool:
    if connection.vendor == "sqlite":
        return any(known in words for known in (*_AWAY_WORDS, "unable to open"))
    return connection.connection is None or not connection.is_usable()
