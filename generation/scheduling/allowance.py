"""What a server says, in the headers of an answer, about how much it allows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from generation.scheduling.waiting import number_of


@dataclass(frozen=True, kw_only=True)
class Allowance:
    """Limits per minute and what is left of them; None where the server does not say.

    `left` is taken as of the moment the request came in.
    """

    requests: float | None = None
    requests_left: float | None = None
    tokens: float | None = None
    tokens_left: float | None = None

    @property
    def exhausted(self) -> bool:
        """Whether one of the limits is known to be used up."""
        return self.requests_left == 0 or self.tokens_left == 0


def allowance_from(headers: Mapping[str, str]) -> Allowance | None:
    """The `x-ratelimit-*` headers that OpenAI and many others send; None where there are none.

    >>> allowance_from({"x-ratelimit-limit-requests": "60", "x-ratelimit-remaining-requests": "59"})
    Allowance(requests=60.0, requests_left=59.0, tokens=None, tokens_left=None)
    """
    allowance = Allowance(
        requests=number_of(headers.get("x-ratelimit-limit-requests", "")),
        requests_left=number_of(headers.get("x-ratelimit-remaining-requests", "")),
        tokens=number_of(headers.get("x-ratelimit-limit-tokens", "")),
        tokens_left=number_of(headers.get("x-ratelimit-remaining-tokens", "")),
    )
    return None if allowance == Allowance() else allowance
