"""How long to wait before the next attempt."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

FIRST_WAIT = 0.5  # seconds
MAX_WAIT = 60.0  # seconds; asked to wait longer, a run stops with a sentence instead


def backoff(attempt: int, *, seed: int) -> float:
    """Seconds before attempt `attempt + 1`: doubled each time, spread by up to a quarter.

    The spread comes from the request's seed, so that calls that failed together do not come back
    together and a run stays repeatable.

    >>> [backoff(attempt, seed=0) for attempt in range(4)]
    [0.5, 1.0, 2.0, 4.0]
    """
    spread = 1 + (seed % 1000) / 4000
    return min(FIRST_WAIT * 2.0**attempt * spread, MAX_WAIT)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds the server asks to wait, ≥ 0; None when it does not say or says it unreadably.

    >>> retry_after({"retry-after": "2"})
    2.0
    """
    milliseconds = _number(headers.get("retry-after-ms", ""))
    if milliseconds is not None:
        return milliseconds / 1000
    given = headers.get("retry-after", "")
    seconds = _number(given)
    return _seconds_until(given) if seconds is None else seconds


def _seconds_until(date: str) -> float | None:
    try:
        moment = parsedate_to_datetime(date)
    except ValueError:
        return None
    return max(0.0, (moment.astimezone(UTC) - datetime.now(UTC)).total_seconds())


def _number(given: str) -> float | None:
    """A non-negative number of something, or None."""
    try:
        number = float(given)
    except ValueError:
        return None
    return number if 0 <= number < float("inf") else None
