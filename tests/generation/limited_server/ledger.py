"""What came in, what was admitted, what was billed."""

from __future__ import annotations

import json
import time
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TextIO

from tests.generation.limited_server.config import SPOILING

GOOD = "ok"
GONE = "gone"  # the client had hung up before the answer was there
READABLE = {GOOD, *SPOILING}


@dataclass(frozen=True, kw_only=True)
class Bill:
    """One request the model has worked on, whatever became of the answer."""

    time: float  # seconds since 1970
    hash: str
    seed: int | None
    prompt_tokens: int
    completion_tokens: int
    outcome: str  # GOOD, GONE, or the fault
    batch: bool = False


class Ledger:
    """Counts since the start or the last reset; bills are also appended to a file, if one is named.

    A request that the server refuses for its limits is `seen`, not `admitted`. `admitted` ones
    that meet a "500" and the like are not billed.
    """

    def __init__(self, log: str = "") -> None:
        self.bills: list[Bill] = []
        self.attempts: Counter[str] = Counter()  # by hash; admitted requests only
        self._seen: Counter[str] = Counter()  # by status, of those not admitted; "" = all
        self._faults: Counter[str] = Counter()
        self._admissions: list[float] = []
        self._tokens_admitted = 0
        self._working = self._most_working = 0
        self._cpu_before = time.process_time()
        self._file: TextIO | None = None
        if log:
            self._file = Path(log).open("a", encoding="utf-8")  # noqa: SIM115 - until `close`

    @property
    def working(self) -> int:
        return self._working

    def see(self) -> None:
        self._seen[""] += 1

    def turn_away(self, reason: str) -> None:
        self._seen[reason] += 1

    def admit(self, hashed: str, *, tokens: int) -> int:
        """Note an admission; returns which attempt at this request it is, from 1."""
        self._admissions.append(time.time())
        self._tokens_admitted += tokens
        self._working += 1
        self._most_working = max(self._most_working, self._working)
        self.attempts[hashed] += 1
        return self.attempts[hashed]

    def leave(self) -> None:
        self._working -= 1

    def fault(self, name: str) -> None:
        self._faults[name] += 1

    def bill(self, bill: Bill) -> None:
        self.bills.append(bill)
        if self._file:
            self._file.write(json.dumps(asdict(bill)) + "\n")
            self._file.flush()

    def close(self) -> None:
        if self._file:
            self._file.close()

    def stats(self) -> dict[str, Any]:
        """Everything counted, as JSON."""
        times = self._admissions
        seconds = times[-1] - times[0] if times else 0.0
        turned_away = {reason: n for reason, n in self._seen.items() if reason}
        return {
            "seen": self._seen[""],
            "admitted": len(times),
            "tokens_admitted": self._tokens_admitted,
            "refused_429": sum(turned_away.get(kind, 0) for kind in ("requests", "tokens")),
            "turned_away": turned_away,
            "faults": dict(self._faults),
            "working": self._working,
            "most_working": self._most_working,
            "first_admission": times[0] if times else None,
            "last_admission": times[-1] if times else None,
            "admission_rate": (len(times) - 1) / seconds if seconds else None,  # a second
            "admissions_by_second": _by_second(times),
            "cpu_seconds": time.process_time() - self._cpu_before,
            **self._billed(),
        }

    def _billed(self) -> dict[str, Any]:
        """Counts of the bills. Twice or more: how often one request was worked on in vain."""
        by_outcome = Counter(bill.outcome for bill in self.bills)
        good = Counter(bill.hash for bill in self.bills if bill.outcome == GOOD)
        readable = Counter(bill.hash for bill in self.bills if bill.outcome in READABLE)
        return {
            "billed": len(self.bills),
            "billed_prompt_tokens": sum(bill.prompt_tokens for bill in self.bills),
            "billed_completion_tokens": sum(bill.completion_tokens for bill in self.bills),
            "outcomes": dict(by_outcome),
            "answered": len(readable),  # different requests
            "answered_twice": sum(n > 1 for n in readable.values()),
            "answered_well_twice": sum(n > 1 for n in good.values()),
        }


def _by_second(times: list[float]) -> list[int]:
    """Admissions in each second from the first one on."""
    if not times:
        return []
    counts = Counter(int(moment - times[0]) for moment in times)
    return [counts[second] for second in range(int(times[-1] - times[0]) + 1)]
