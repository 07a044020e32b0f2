"""How long a call that broke off waits before its next attempt."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

FIRST_WAIT = 0.5  # seconds
LONGEST = 30.0  # seconds, between two attempts of our own accord
PARTS = {"d": 86_400.0, "h": 3_600.0, "m": 60.0, "s": 1.0, "ms": 0.001}
PART = r"(\d{1,9}(?:\.\d{0,9})?)(ms|[dhms])"
MAX_WAIT = 900.0  # seconds; asked to wait longer, a run stops with a sentence instead


def backoff(attempt: int, *, spread: float) -> float:
    """Seconds before the attempt after number `attempt` (from 0): doubled each time, with jitter.

    Args:
        attempt: ≥ 0, attempts that failed before this one.
        spread: in [0, 1), where in the second half of the wait this call falls, so that calls
            that failed together do not come back together.

    >>> [backoff(attempt, spread=0.5) for attempt in range(4)]
    [0.375, 0.75, 1.5, 3.0]
    """
    return min(FIRST_WAIT * 2.0**attempt, LONGEST) * (0.5 + spread / 2)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds the server asks to wait, ≥ 0; None when it does not say or says it unreadably.

    >>> retry_after({"retry-after": "2"})
    2.0
    """
    milliseconds = number_of(headers.get("retry-after-ms", ""))
    if milliseconds is not None:
        return milliseconds / 1000
    given = headers.get("retry-after", "")
    seconds = number_of(given)
    return _seconds_until(given) if seconds is None else seconds


def _seconds_until(date: str) -> float | None:
    try:
        moment = parsedate_to_datetime(date)
    except ValueError:
        return None
    return max(0.0, (moment.astimezone(UTC) - datetime.now(UTC)).total_seconds())


def number_of(given: str) -> float | None:
    """A header's number, ≥ 0; None for nonsense.

    >>> number_of("59"), number_of("soon")
    (59.0, None)
    """
    try:
        number = float(given)
    except ValueError:
        return None
    return number if 0 <= number < float("inf") else None


def seconds_of(given: str) -> float | None:
    """A duration as rate limit headers write it, in seconds, ≥ 0; None for nonsense.

    >>> seconds_of("2m59.56s"), seconds_of("120ms"), seconds_of("7"), seconds_of("soon")
    (179.56, 0.12, 7.0, None)
    """
    if not re.fullmatch(f"(?:{PART}){{1,5}}", given.strip()):
        return number_of(given)
    return sum(float(number) * PARTS[unit] for number, unit in re.findall(PART, given))
