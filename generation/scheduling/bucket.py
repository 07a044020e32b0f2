"""A token bucket: so much per minute, and a little at once."""

from __future__ import annotations

BURST_SECONDS = 1.0  # of refill that a bucket holds before the server says what it holds
LEARNED_SHARE = 0.95  # of the rate seen to get through, after a refusal without figures
ROUNDING = 1e-9  # what adding up fractions of a second may have lost
GROWTH = 1.001  # of a learned rate, for each answer: it feels its way up again


class TokenBucket:
    """Lets amounts through at a steady rate. Without a rate it lets everything through.

    Times are seconds of any clock that never goes back, given by the caller. An amount larger
    than the bucket waits until the bucket is full.

    >>> bucket = TokenBucket(per_minute=60)
    >>> bucket.take(1, now=0.0)
    >>> bucket.wait(1, now=0.0)
    1.0
    """

    def __init__(self, *, per_minute: float | None) -> None:
        self._most = per_minute  # what the user allows, whatever the server would
        self.stated = per_minute is not None  # by the user or the server; else learned or none
        self._rate = per_minute / 60 if per_minute else None  # per second
        self._capacity = self._burst()
        self._level = self._capacity
        self._at: float | None = None  # when the level was right
        self.taken = 0.0  # so far, over all

    @property
    def per_minute(self) -> float | None:
        """The rate, or None while there is none."""
        return None if self._rate is None else self._rate * 60

    def wait(self, amount: float, *, now: float) -> float:
        """Seconds until `amount` may be taken; 0.0 when it may be now."""
        if self._rate is None:
            return 0.0
        self._refill(now)
        missing = min(amount, self._capacity) - self._level
        return max(0.0, missing / self._rate) if missing > ROUNDING else 0.0

    def room(self, amount: float, *, now: float) -> float:
        """How many times `amount` may be taken now; infinite without a rate.

        >>> TokenBucket(per_minute=600).room(2, now=0.0)
        5.0
        """
        if self._rate is None or amount <= 0:
            return float("inf")
        self._refill(now)
        return float(max(0.0, (self._level + ROUNDING) // min(amount, self._capacity)))

    def take(self, amount: float, *, now: float) -> None:
        """Take `amount`, whatever there is: the level may become negative."""
        self.taken += amount
        if self._rate is not None:
            self._refill(now)
            self._level -= amount

    def correct(self, amount: float) -> None:
        """An earlier take was too large by `amount` (too small: negative)."""
        if self._rate is not None:  # else nothing was taken from the level
            self._level = min(self._level + amount, self._capacity)

    def heard(
        self, *, limit: float | None, left: float | None, taken: float, sent: float, now: float
    ) -> None:
        """What the server said about this bucket in its answer to one request.

        Args:
            limit: per minute.
            left: at the server, when the request had come in.
            taken: `self.taken` right after the request was sent.
            sent: when that was.
            now: when the answer came.
        """
        if limit:
            self._rate, self.stated = min(limit, self._most or limit) / 60, True
            self._refill(now)
        if left is None or self._rate is None:
            return
        since = self.taken - taken
        level = left + self._rate * (now - sent) - since
        if self._most and self._rate * 60 >= self._most:  # ours is the tighter limit
            self._refill(now)
            self._level = min(level, self._level)
            return
        self._capacity = max(self._capacity, left, self._burst())
        self._level, self._at = min(level, self._capacity), now

    def emptied(self, *, now: float) -> None:
        """The server has nothing left, whatever we thought."""
        if self._rate is not None:
            self._refill(now)
            self._level = min(self._level, 0.0)

    def free(self) -> None:
        """There is no such limit, whatever we thought."""
        self._rate, self.stated = None, False

    def learn(self, *, per_second: float, now: float) -> None:
        """A refusal without figures, while `per_second` got through: keep a little below that."""
        if self.stated or per_second <= 0:
            return
        self._rate = per_second * LEARNED_SHARE
        self._capacity = self._burst()
        self._level, self._at = 0.0, now

    def grow(self) -> None:
        """An answer came: a learned rate may be a little higher."""
        if self._rate is not None and not self.stated:
            self._rate *= GROWTH

    def _burst(self) -> float:
        return max(1.0, (self._rate or 0.0) * BURST_SECONDS)

    def _refill(self, now: float) -> None:
        if self._at is not None and self._rate is not None:
            self._level = min(self._capacity, self._level + self._rate * (now - self._at))
        self._at = now
