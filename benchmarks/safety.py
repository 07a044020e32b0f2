"""What safety costs: a request counted, a line of the audit log, a secret opened.

python -m benchmarks.safety
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.recording import environment, record

TIMES = 2_000
ROUNDS = 5


def main() -> None:
    before = environment()
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "CONCORD_HOME": folder,
            "DATABASE_URL": f"sqlite:///{folder}/concord.sqlite3",
            "DJANGO_SETTINGS_MODULE": "curation.settings",
        }
        measured = {**_plain(Path(folder)), **_in_database()}
    print(record("safety", {"microseconds": measured, "times": TIMES}, before=before))


def _plain(folder: Path) -> dict[str, float]:
    from curation.limits.counters import Counters
    from curation.limits.rules import Rule
    from curation.sealing.redacting import redacted, remember
    from curation.sealing.seal import Sealer

    counters, sealer = Counters(folder / "limits.sqlite3"), Sealer(["a-key-for-measuring"])
    rule = Rule(name="all", times=10**9, seconds=60, what="requests come in")
    sealed = sealer.seal("sk-0123456789abcdef")
    for number in range(20):
        remember(f"secret-number-{number:04}")
    line = "answered GET /projects/{slug}/ 200 in 12.3 ms for user 7 " * 3
    return {
        "request_counted": _each(lambda n: counters.hit(rule, f"user {n % 50}", now=time.time())),
        "secret_opened": _each(lambda _: sealer.open(sealed)),
        "log_line_masked": _each(lambda _: redacted(line)),
    }


def _in_database() -> dict[str, float]:
    import django

    django.setup()
    from django.core.management import call_command

    from curation.services.auditing import record as add_line
    from curation.services.auditing import verify

    call_command("migrate", verbosity=0)
    added = _each(lambda n: add_line("measured", after={"n": n}))
    started = time.perf_counter()
    lines = verify().lines
    checked = (time.perf_counter() - started) / lines * 1e6
    return {"audit_line_added": added, "audit_line_checked": round(checked, 1)}


def _each(act: Callable[[int], Any]) -> float:
    """Microseconds for one of `TIMES`, the middle of a few rounds."""
    took = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        for number in range(TIMES):
            act(number)
        took.append((time.perf_counter() - started) / TIMES * 1e6)
    return round(median(took), 1)


if __name__ == "__main__":
    main()
