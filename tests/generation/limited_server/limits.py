"""Requests and tokens per minute, as a bucket that refills or as a window that starts anew."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

from tests.generation.limited_server.config import ServerConfig


class Limit(Protocol):
    """One limit. Times are in seconds of one clock that never goes back."""

    def wait(self, cost: float, now: float) -> float:
        """Seconds until `cost` fits; 0 when it fits now."""
        ...

    def take(self, cost: float, now: float) -> None: ...

    def remaining(self, now: float) -> float: ...

    def reset(self, now: float) -> float:
        """Seconds until everything is there again if nothing more is taken."""
        ...


class Bucket:
    """Refills all the time. Something larger than the bucket fits when the bucket is full."""

    def __init__(self, *, rate: float, capacity: float, now: float) -> None:
        self.rate = rate  # a second
        self.capacity = capacity
        self._level, self._at = capacity, now

    def remaining(self, now: float) -> float:
        return min(self.capacity, self._level + (now - self._at) * self.rate)

    def wait(self, cost: float, now: float) -> float:
        missing = min(cost, self.capacity) - self.remaining(now)
        return missing / self.rate if missing > 1e-9 else 0.0

    def take(self, cost: float, now: float) -> None:
        self._level, self._at = self.remaining(now) - cost, now

    def reset(self, now: float) -> float:
        return (self.capacity - self.remaining(now)) / self.rate


class FixedWindow:
    """So much per window; what is left of it is gone when the next one begins."""

    def __init__(self, *, rate: float, seconds: float, now: float) -> None:
        self.seconds = seconds
        self.capacity = max(1.0, rate * seconds)
        self._left, self._began = self.capacity, now

    def remaining(self, now: float) -> float:
        windows = math.floor((now - self._began) / self.seconds)
        if windows > 0:
            self._left, self._began = self.capacity, self._began + windows * self.seconds
        return self._left

    def wait(self, cost: float, now: float) -> float:
        return 0.0 if min(cost, self.capacity) <= self.remaining(now) else self.reset(now)

    def take(self, cost: float, now: float) -> None:
        self._left = self.remaining(now) - cost

    def reset(self, now: float) -> float:
        self.remaining(now)
        return self._began + self.seconds - now


@dataclass(frozen=True)
class Refused:
    """Which limit a request ran into, and in how many seconds it would fit."""

    kind: str  # "requests" or "tokens"
    seconds: float


class Limits:
    """Both limits of a server. A request that is refused takes nothing."""

    def __init__(self, config: ServerConfig, *, now: float) -> None:
        self._per_minute = {"requests": config.rpm, "tokens": config.tpm}
        self._limits = {
            kind: _limit(config, per_minute, now=now)
            for kind, per_minute in self._per_minute.items()
            if per_minute
        }

    def admit(self, tokens: int, now: float) -> Refused | None:
        """Take one request of so many tokens, or say why not."""
        costs = {"requests": 1.0, "tokens": float(tokens)}
        waits = {kind: limit.wait(costs[kind], now) for kind, limit in self._limits.items()}
        if any(waits.values()):
            kind = max(waits, key=lambda kind: waits[kind])
            return Refused(kind, waits[kind])
        for kind, limit in self._limits.items():
            limit.take(costs[kind], now)
        return None

    def headers(self, now: float) -> dict[str, str]:
        """x-ratelimit-* as OpenAI sends them, for the limits there are."""
        sent = {}
        for kind, limit in self._limits.items():
            sent[f"x-ratelimit-limit-{kind}"] = f"{self._per_minute[kind]:.0f}"
            sent[f"x-ratelimit-remaining-{kind}"] = str(max(0, math.floor(limit.remaining(now))))
            sent[f"x-ratelimit-reset-{kind}"] = duration(limit.reset(now))
        return sent


def duration(seconds: float) -> str:
    """Seconds as OpenAI's headers write them.

    >>> [duration(seconds) for seconds in (0.02, 1, 8.64, 360, 3661.5)]
    ['20ms', '1s', '8.64s', '6m0s', '1h1m1.5s']
    """
    milliseconds = math.ceil(round(seconds * 1000, 6))
    if milliseconds < 1000:
        return f"{milliseconds}ms"
    minutes, rest = divmod(milliseconds, 60_000)
    hours, minutes = divmod(minutes, 60)
    written = f"{hours}h" if hours else ""
    written += f"{minutes}m" if hours or minutes else ""
    return f"{written}{f'{rest / 1000:.3f}'.rstrip('0').rstrip('.')}s"


def _limit(config: ServerConfig, per_minute: float, *, now: float) -> Limit:
    rate = per_minute / 60
    if config.window == "fixed":
        return FixedWindow(rate=rate, seconds=config.window_seconds, now=now)
    return Bucket(rate=rate, capacity=max(1.0, rate * config.burst_seconds), now=now)
