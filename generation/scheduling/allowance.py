"""What a server says, in the headers of an answer, about how much it allows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from generation.scheduling.waiting import number_of, seconds_of

MINUTE, DAY = 60.0, 86_400.0  # seconds


@dataclass(frozen=True, kw_only=True)
class Allowance:
    """Limits and what is left of them; None where the server does not say.

    Tokens are per minute; requests are per `requests_seconds`, a minute or a day. `left` is taken
    as of the moment the request came in.
    """

    requests: float | None = None
    requests_left: float | None = None
    tokens: float | None = None
    tokens_left: float | None = None
    requests_seconds: float = MINUTE

    @property
    def by_day(self) -> bool:
        """Whether requests are counted over more than a minute."""
        return self.requests_seconds > MINUTE

    @property
    def requests_per_minute(self) -> float | None:
        """How fast requests that were used come back."""
        return None if self.requests is None else self.requests * MINUTE / self.requests_seconds

    @property
    def exhausted(self) -> bool:
        """Whether one of the limits is known to be used up."""
        return self.requests_left == 0 or self.tokens_left == 0


def allowance_from(headers: Mapping[str, str]) -> Allowance | None:
    """The `x-ratelimit-*` headers that OpenAI and many others send; None where there are none.

    >>> allowance_from({"x-ratelimit-limit-requests": "60", "x-ratelimit-remaining-requests": "59"})
    Allowance(requests=60.0, requests_left=59.0, tokens=None, tokens_left=None, \
requests_seconds=60.0)
    """
    requests = number_of(headers.get("x-ratelimit-limit-requests", ""))
    left = number_of(headers.get("x-ratelimit-remaining-requests", ""))
    reset = seconds_of(headers.get("x-ratelimit-reset-requests", ""))
    allowance = Allowance(
        requests=requests,
        requests_left=left,
        tokens=number_of(headers.get("x-ratelimit-limit-tokens", "")),
        tokens_left=number_of(headers.get("x-ratelimit-remaining-tokens", "")),
        requests_seconds=_span(limit=requests, left=left, reset=reset),
    )
    return None if allowance == Allowance() else allowance


def _span(*, limit: float | None, left: float | None, reset: float | None) -> float:
    """Seconds that a limit is for, by how long it takes until all of it is there again.

    A minute, unless it takes longer than that could, or what is used comes back as slowly as it
    does where the limit is for a day (Groq, and OpenAI's smallest accounts).

    >>> _span(limit=14_400, left=14_399, reset=6.0), _span(limit=500, left=499, reset=0.12)
    (86400.0, 60.0)
    """
    if reset is None or reset > 2 * DAY:  # a date, say
        return MINUTE
    used = (limit or 0.0) - (left or 0.0)
    whole = reset * (limit or 0.0) / used if used > 0 else 0.0
    return DAY if reset > 2 * MINUTE or DAY / 2 <= whole <= 2 * DAY else MINUTE
