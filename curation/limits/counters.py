"""Counting requests in a file that all processes of a host share.

A file of its own: a count never waits for a long write to the database. Nothing in it is worth
keeping, so it is not synced, and where it cannot be written nobody is kept out.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from dataclasses import dataclass
from pathlib import Path

from curation.limits.rules import Rule

LOG = logging.getLogger("concord.limits")
KEPT_SECONDS = 3600  # counts older than this are swept away
SWEEP_EVERY = 5_000  # counts between two sweeps
TABLE = """create table if not exists hits
    (asker text primary key, window integer not null, n integer not null) without rowid"""
KNOWN = "select n from hits where asker = ? and window = ?"
HIT = """insert into hits values (?, ?, 1) on conflict (asker) do update set
    n = case when hits.window = excluded.window then hits.n + 1 else 1 end,
    window = excluded.window
    returning n"""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """Whether a request may pass."""

    allowed: bool
    wait: int = 0  # seconds until the next window begins, where not


class Counters:
    """Counts by asker in windows of a rule's length."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._threads = threading.local()
        self._since_sweep = 0

    def hit(self, rule: Rule, asker: str, *, now: float) -> Verdict:
        """Count one request.

        Args:
            asker: a user, a token or an address.
            now: seconds since 1970.
        """
        window = int(now // rule.seconds)
        try:
            n = self._count(f"{rule.name}:{asker}", window * rule.seconds)
            self._sweep(now)
        except (sqlite3.Error, OSError) as error:
            self._forget()
            LOG.warning("requests cannot be counted in %s (%s)", self._path, error)
            return Verdict(allowed=True)
        if n <= rule.times:
            return Verdict(allowed=True)
        return Verdict(allowed=False, wait=max(1, int((window + 1) * rule.seconds - now)))

    def over(self, rule: Rule, asker: str, *, now: float) -> bool:
        """Whether the next request of theirs would be too many; counts nothing."""
        window = int(now // rule.seconds) * rule.seconds
        try:
            row = self._connection().execute(KNOWN, (f"{rule.name}:{asker}", window)).fetchone()
        except (sqlite3.Error, OSError):
            self._forget()
            return False
        return row is not None and int(row[0]) >= rule.times

    def _count(self, key: str, window: int) -> int:
        row = self._connection().execute(HIT, (key, window)).fetchone()
        return int(row[0])

    def _sweep(self, now: float) -> None:
        self._since_sweep += 1
        if self._since_sweep >= SWEEP_EVERY:
            self._since_sweep = 0
            self._connection().execute(
                "delete from hits where window < ?", (int(now - KEPT_SECONDS),)
            )

    def _connection(self) -> sqlite3.Connection:
        found: sqlite3.Connection | None = getattr(self._threads, "connection", None)
        if found is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            found = sqlite3.connect(self._path, timeout=1, isolation_level=None)
            found.execute("pragma journal_mode=wal")
            found.execute("pragma synchronous=off")
            found.execute(TABLE)
            self._threads.connection = found
        return found

    def _forget(self) -> None:
        found: sqlite3.Connection | None = getattr(self._threads, "connection", None)
        if found is not None:
            self._threads.connection = None
            found.close()
