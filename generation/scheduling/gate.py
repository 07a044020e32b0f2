"""Who may go out now: concurrency, requests and tokens per minute or day, and pauses asked for.

There is one gate for each endpoint and model. It holds no clock of its own, so it can be tested
second by second.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from generation.scheduling.allowance import Allowance
from generation.scheduling.bucket import TokenBucket
from generation.scheduling.concurrency import Concurrency

WINDOW = 10.0  # seconds over which the rate of answers is taken
SMOOTHING = 0.1  # weight of the newest call in the running ratio of tokens used to expected
PARALLEL = 32  # calls at the same time, where nobody says
SPARE = 4  # one call stands by for so many on their way
FOREVER = float("inf")


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What the user allows; where the server allows less per minute, that counts."""

    parallel: int | None = None  # ≥ 1, calls on their way at the same time; None: PARALLEL
    start: int | None = None  # ≥ 1, as many at once from the first moment; None: feel the way up
    requests_per_minute: float | None = None
    tokens_per_minute: float | None = None

    @property
    def most(self) -> int:
        """Calls that may be on their way at the same time."""
        return PARALLEL if self.parallel is None else self.parallel


@dataclass(frozen=True, kw_only=True)
class Ticket:
    """A call that went out."""

    sent: float
    tokens: float  # charged for it
    expected: float  # as the caller reckoned, before the running ratio
    requests_taken: float
    tokens_taken: float


class Gate:
    """Admission for one endpoint and model; all times are seconds of one clock."""

    def __init__(self, limits: Limits) -> None:
        self.concurrency = Concurrency(ceiling=limits.most, start=limits.start)
        self._at_once = limits.start is not None
        self.requests = TokenBucket(per_minute=limits.requests_per_minute)
        self.tokens = TokenBucket(per_minute=limits.tokens_per_minute)
        self.daily = TokenBucket(
            per_minute=None
        )  # requests, where the server limits those of a day
        self.under_way = 0
        self.refusals = 0  # 429 so far
        self.paused_until = 0.0
        self._ratio = 1.0  # tokens used to tokens expected, running
        self._answered: deque[float] = deque()

    def wait(self, tokens: float, *, now: float) -> float:
        """Seconds until a call of so many expected tokens may go out.

        0.0: now. Infinite: not before a call comes back.
        """
        if self.under_way >= self.concurrency.calls:
            return FOREVER
        return max(
            0.0,
            self.paused_until - now,
            self.requests.wait(1, now=now),
            self.daily.wait(1, now=now),
            self.tokens.wait(tokens * self._ratio, now=now),
        )

    def room(self, tokens: float, *, now: float) -> int:
        """How many calls of so many expected tokens each may go out now."""
        free = self.concurrency.calls - self.under_way
        if free <= 0 or self.paused_until > now:
            return 0
        requests = min(self.requests.room(1, now=now), self.daily.room(1, now=now))
        return int(min(free, requests, self.tokens.room(tokens * self._ratio, now=now)))

    def spare(self, *, now: float) -> int:
        """How many calls may wait to take the place of answered ones without being asked again.

        None where a rate per minute is known, since then the rate says when a call may go, none
        where the day's requests are nearly used up, and none where as many as may be are out at
        once, since then they come back together.
        """
        limited = self.requests.per_minute or self.tokens.per_minute or self._at_once
        limited = limited or self.daily.room(1, now=now) <= self.concurrency.calls
        if limited or self.paused_until > now or self.concurrency.ceiling == 1:
            return 0
        return max(1, self.concurrency.calls // SPARE)

    def send(self, tokens: float, *, now: float) -> Ticket:
        """Count a call as on its way."""
        charged = tokens * self._ratio
        self.under_way += 1
        self.requests.take(1, now=now)
        self.daily.take(1, now=now)
        self.tokens.take(charged, now=now)
        return Ticket(
            sent=now,
            tokens=charged,
            expected=tokens,
            requests_taken=self.requests.taken,
            tokens_taken=self.tokens.taken,
        )

    def answered(
        self, ticket: Ticket, *, now: float, used: float | None, allowance: Allowance | None
    ) -> None:
        """The call was answered, with so many tokens `used` (None: not said)."""
        self.concurrency.answered(under_way=self.under_way)
        self.under_way -= 1
        self.requests.grow()
        if used is not None and ticket.expected > 0:
            self.tokens.correct(ticket.tokens - used)
            self._ratio += SMOOTHING * (used / ticket.expected - self._ratio)
        self._hear(ticket, allowance, now=now)
        self._answered.append(now)
        self._rate(now)

    def refused(
        self,
        ticket: Ticket,
        *,
        now: float,
        retry_after: float | None,
        allowance: Allowance | None,
    ) -> None:
        """Too much at once (429): pause as asked, and go slower by the figures or by guess."""
        self.under_way -= 1
        self.refusals += 1
        self.tokens.correct(ticket.tokens)
        self._hear(ticket, allowance, now=now)
        if retry_after:
            self.paused_until = max(self.paused_until, now + retry_after)
        if allowance and allowance.exhausted:
            self._empty(allowance, now=now)
            return
        if ticket.sent >= self.concurrency.decreased_at:  # first of its burst
            self.requests.learn(per_second=self._rate(now), now=now)
        self.concurrency.overloaded(sent=ticket.sent, now=now)

    def failed(self, ticket: Ticket, *, now: float, overload: bool) -> None:
        """The call came back without an answer."""
        self.under_way -= 1
        if overload:
            self.concurrency.overloaded(sent=ticket.sent, now=now)

    def _hear(self, ticket: Ticket, allowance: Allowance | None, *, now: float) -> None:
        if allowance is None:
            return
        if allowance.requests and not allowance.by_day:
            self.daily.free()  # it looked like a day's while little of it was used
        (self.daily if allowance.by_day else self.requests).heard(
            limit=allowance.requests_per_minute,
            left=allowance.requests_left,
            taken=ticket.requests_taken,
            sent=ticket.sent,
            now=now,
        )
        self.tokens.heard(
            limit=allowance.tokens,
            left=allowance.tokens_left,
            taken=ticket.tokens_taken,
            sent=ticket.sent,
            now=now,
        )

    def _empty(self, allowance: Allowance, *, now: float) -> None:
        if allowance.requests_left == 0:
            (self.daily if allowance.by_day else self.requests).emptied(now=now)
        if allowance.tokens_left == 0:
            self.tokens.emptied(now=now)

    def _rate(self, now: float) -> float:
        """Answers per second over the last `WINDOW` seconds."""
        while self._answered and self._answered[0] < now - WINDOW:
            self._answered.popleft()
        if len(self._answered) < 2:
            return 0.0
        return len(self._answered) / max(now - self._answered[0], 0.1)
