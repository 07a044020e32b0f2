"""How fast examples come from a server with limits, without them, and beside others.

    python -m benchmarks.generation [--seconds 40] [--only NAME ...] [--full]
        [--distilabel-python PATH | --install-distilabel]

The server is `tests.generation.limited_server`, on the same machine: what it takes itself (0.2 ms
of processor a call) is part of every figure. Ours runs as a user runs it, `manage.py generate`.
Beside it, where no environment with distilabel is named, `asyncio.gather` over 50 alone.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.peers.install import distilabel_python
from benchmarks.peers.running import ROOT, Ran, generate, prepared, run_peer, window
from benchmarks.recording import environment, record
from tests.generation.limited_server import LimitedServer

PARALLEL = 32
PER_CALL = 10  # texts
LATENCY = 0.2  # seconds
RPM = 1_200
TPM = 600_000
TOKENS_PER_CALL = 517  # of this project's prompts and the server's answers, about
# A bucket of one second, and Retry-After in whole seconds only: with milliseconds beside it, as
# OpenAI sends them, both peers use up their retries at once and lose nearly every row.
ERRORS = {
    "rpm": RPM, "latency_s": LATENCY, "latency_spread": 0.5, "retry_after_ms": False,
    "error_429": 0.01, "error_500": 0.02, "error_503": 0.01, "timeout": 0.005, "timeout_s": 10,
    "cut": 0.01, "malformed": 0.01, "bad_content": 0.02, "too_few": 0.02, "too_many": 0.02,
    "wrong_label": 0.02, "duplicate_text": 0.01, "refusal": 0.01, "content_filter": 0.005,
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Setting:
    """What the rows share."""

    home: Path  # prepared
    seconds: float  # that a limited row lasts, about
    distilabel: Path | None  # the Python of its environment


def limited_by_requests(setting: Setting) -> dict[str, Any]:
    """Admissions as a share of what the limit would have let through."""
    rate = RPM / 60
    with LimitedServer(rpm=RPM, latency_s=LATENCY) as server:
        ran = generate(setting.home, server, count=round(rate * setting.seconds) * PER_CALL)
    possible = rate + rate * window(ran.server)  # a full bucket, and its refill
    return _row(ran, share_of_limit=ran.server["admitted"] / possible, limit=f"{RPM} a minute")


def limited_by_tokens(setting: Setting) -> dict[str, Any]:
    """Tokens admitted as a share of what the limit would have let through."""
    rate = TPM / 60
    calls = round(rate / TOKENS_PER_CALL * setting.seconds)
    with LimitedServer(tpm=TPM, latency_s=LATENCY) as server:
        ran = generate(setting.home, server, count=calls * PER_CALL)
    share = ran.server["tokens_admitted"] / (rate + rate * window(ran.server))
    return _row(ran, share_of_limit=share, limit=f"{TPM} tokens a minute")


def unlimited(setting: Setting) -> dict[str, Any]:
    """Calls a second as a share of concurrency / latency."""
    with LimitedServer(latency_s=LATENCY) as server:
        ran = generate(setting.home, server, count=20_000, parallel=PARALLEL)
    possible = PARALLEL / LATENCY
    return _row(
        ran, share_of_possible=ran.server["admission_rate"] / possible, calls_a_second=possible
    )


def overhead(setting: Setting) -> dict[str, Any]:
    """Processor time of our process for one example more, on a server that answers at once."""
    with LimitedServer() as server:
        few = generate(setting.home, server, count=1_000)
        many = generate(setting.home, server, count=11_000)
    milliseconds = 1000 * (many.cpu_seconds - few.cpu_seconds) / (many.texts - few.texts)
    return {"cpu_ms_per_example": round(milliseconds, 3), "runs": [_row(few), _row(many)]}


def memory(setting: Setting) -> dict[str, Any]:
    """Peak memory with ten times the examples."""
    with LimitedServer() as server:
        few = generate(setting.home, server, count=10_000)
        many = generate(setting.home, server, count=100_000)
    return {"growth_mib": round(many.peak_mib - few.peak_mib, 1), "runs": [_row(few), _row(many)]}


def beside_peers(setting: Setting) -> dict[str, Any]:
    """Good texts a second on the limited server with errors: ours, then the others."""
    calls = round(RPM / 60 * setting.seconds)
    others = {"gather": (Path(sys.executable), "gather_run")}
    if setting.distilabel:
        others["distilabel"] = (setting.distilabel, "distilabel_run")
    with LimitedServer(**ERRORS) as server:
        ours = _row(generate(setting.home, server, count=calls * PER_CALL))
        rows = {
            name: _peer_row(run_peer(python, program, server, calls=calls))
            for name, (python, program) in others.items()
        }
    ours |= {"lost_texts": calls * PER_CALL - ours["texts"]}
    ratios = {
        name: round(ours["texts_a_second"] / row["texts_a_second"], 2)
        if row["texts_a_second"]
        else math.inf
        for name, row in rows.items()
    }
    return {"errors": ERRORS, "calls": calls, "ours": ours, **rows, "ours_to_theirs": ratios}


ROWS: dict[str, Callable[[Setting], dict[str, Any]]] = {
    "limited_by_requests": limited_by_requests,
    "limited_by_tokens": limited_by_tokens,
    "unlimited": unlimited,
    "overhead": overhead,
    "memory": memory,
    "beside_peers": beside_peers,
}


def _row(ran: Ran, **more: Any) -> dict[str, Any]:
    """A run of ours as it is kept; `texts_a_second` over the time the server was asked."""
    shares = {name: round(v, 4) if isinstance(v, float) else v for name, v in more.items()}
    content = asdict(ran) | {"server": _counted(ran.server)}
    return {**shares, "texts_a_second": _rate(ran.texts, ran.server), **content}


def _peer_row(ran: dict[str, Any]) -> dict[str, Any]:
    rate = _rate(ran["texts"], ran["server"])
    return {"texts_a_second": rate, **ran, "server": _counted(ran["server"])}


def _rate(texts: int, counted: dict[str, Any]) -> float:
    return round(texts / (window(counted) + LATENCY), 2)


def _counted(counted: dict[str, Any]) -> dict[str, Any]:
    """What of the server's counts is worth keeping."""
    kept = (
        "seen", "admitted", "refused_429", "faults", "tokens_admitted", "admission_rate",
        "most_working", "cpu_seconds", "billed", "answered_twice", "answered_well_twice",
    )  # fmt: skip
    return {name: counted[name] for name in kept} | {"seconds": round(window(counted), 3)}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=40)
    parser.add_argument("--only", nargs="+", choices=ROWS, default=[])
    parser.add_argument("--full", action="store_true", help="memory at 100,000 examples, too")
    parser.add_argument("--distilabel-python", type=Path)
    parser.add_argument("--install-distilabel", action="store_true", help="under var/")
    asked = parser.parse_args()
    peer = distilabel_python() if asked.install_distilabel else asked.distilabel_python
    chosen = asked.only or [name for name in ROWS if asked.full or name != "memory"]
    before, rows = environment(), {}
    with prepared() as home:
        setting = Setting(home=home, seconds=asked.seconds, distilabel=peer)
        for name in chosen:
            rows[name] = ROWS[name](setting)
            print(name, json.dumps(_figures(rows[name]), indent=1))
    if not asked.only:
        print(f"Kept in {record('generation', rows, before=before).relative_to(ROOT)}")


def _figures(row: dict[str, Any]) -> dict[str, Any]:
    """A row without the long parts, to be read on the screen."""
    hidden = ("server", "errors", "runs", "settings")
    return {
        name: _figures(value) if isinstance(value, dict) else value
        for name, value in row.items()
        if name not in hidden
    }


if __name__ == "__main__":
    main()
