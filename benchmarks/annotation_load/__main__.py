"""The annotation engine under load: a million tasks, a crowd at the built-in page.

    python -m benchmarks.annotation_load [--database postgresql sqlite] [--texts 1000000]
        [--people N] [--seconds 120] [--only fresh used asking killed]

The database, the web server (gunicorn) and the load run side by side on this machine, the load in a
process of its own. People answer every 3 seconds. A reply to an answer brings the next texts, so
the page asks for them by themselves only when it is opened; here every tenth answer, in the run
`asking` with every answer. Times are the client's, from before a request is sent until its reply
is read.

Exit status 1 if a promise of the engine is broken; a missed time is only reported.
"""

from __future__ import annotations

import argparse
import json
import math
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.annotation_load.crowd import Setting
from benchmarks.annotation_load.databases import KINDS, database, free_port
from benchmarks.annotation_load.serving import (
    COMMAND,
    ROOT,
    busy_seconds,
    killer,
    processor_seconds,
    server,
)
from benchmarks.recording import environment, record

PEOPLE = {"postgresql": 100, "sqlite": 50}
TARGET_MS = {"postgresql": 50.0, "sqlite": 150.0}  # p95 of next and of answer
EVERY = 3.0  # seconds between two answers of a person
WARM_UP = 20.0
EARLIER = 2_000  # answers of each person before the load, where the round is not fresh
KILL_EVERY = 5.0
SHARES = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "max": 1.0}


@dataclass(frozen=True, kw_only=True)
class Run:
    """One load."""

    fresh: bool = False  # in a round with a fixed overlap that nobody has answered in
    asks: float = 0.1  # share of answers before which people ask for their texts anew
    kill: bool = False  # a web worker every few seconds


RUNS = {
    "fresh": Run(fresh=True),
    "used": Run(),  # an adaptive round with checks and earlier answers
    "asking": Run(asks=1.0),
    "killed": Run(kill=True),
}


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What is measured on one database."""

    kind: str
    texts: int
    people: int
    seconds: float
    runs: Sequence[str]


def measure(wish: Wish) -> dict[str, Any]:
    """All runs on one database: the same texts, tables that grow from run to run."""
    with database(wish.kind) as env:
        found: dict[str, Any] = {"filled": step(env, "make_database", wish.texts)}
        say(wish.kind, found["filled"])
        used: dict[str, Any] | None = None
        for name in wish.runs:
            if RUNS[name].fresh:
                opened = step(env, "open_fresh")
            else:
                used = used or step(env, "open_used", wish.people, EARLIER)
                opened = used
            seen = one_run(env, wish, RUNS[name], opened)
            kept = {key: value for key, value in opened.items() if key not in {"link", "round"}}
            found[name] = kept | seen
            say(f"{wish.kind} {name}", found[name])
    return found


def one_run(
    env: Mapping[str, str], wish: Wish, run: Run, opened: Mapping[str, Any]
) -> dict[str, Any]:
    """Serve, let the crowd work, stop, and look whether everything holds."""
    port, load = free_port(), environment()["load_before"]
    setting = Setting(
        port=port, link=opened["link"], parameter="WORKER", round=opened["round"],
        people=wish.people, every=EVERY, asks=run.asks, warm_up=WARM_UP, seconds=wish.seconds,
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        told, noted = Path(folder) / "setting.json", Path(folder) / "noted.json"
        told.write_text(json.dumps(asdict(setting)))
        master = stack.enter_context(server(env, port))
        killed = stack.enter_context(killer(master, every=KILL_EVERY)) if run.kill else []
        before = busy_seconds(), processor_seconds(master)
        crowd = [sys.executable, "-m", "benchmarks.annotation_load.crowd", str(told), str(noted)]
        subprocess.run(crowd, cwd=ROOT, check=True)
        busy, web = busy_seconds() - before[0], processor_seconds(master) - before[1]
        stack.close()
        holds = step(env, "verify", opened["round"], str(noted))
        seen = json.loads(noted.read_text())
    return {
        "load_before": load,
        "people": wish.people,
        "answers_per_second": round(len(seen["acknowledged"]) / seen["elapsed"], 1),
        "next_ms": spread(seen["next"]),
        "answer_ms": spread(seen["answer"]),
        "target_p95_ms": TARGET_MS[wish.kind],
        "late_ms": spread(seen["late"]),  # of the load itself
        "cores_busy": {
            "load": round(seen["processor_seconds"] / seen["elapsed"], 2),
            "web": round(web / seen["elapsed"], 2),
            "all": round(busy / seen["elapsed"], 2),  # of the machine, whoever keeps them busy
        },
        "workers_killed": len(killed),
        "troubles": seen["troubles"],
        "holds": holds,
    }


def spread(seconds: Sequence[float]) -> dict[str, float]:
    """Number of requests, and milliseconds that so many per cent of them took at most.

    >>> spread([0.001, 0.002, 0.003, 0.004])
    {'n': 4.0, 'p50': 2.0, 'p95': 4.0, 'p99': 4.0, 'max': 4.0}
    """
    ordered, found = sorted(seconds), {"n": float(len(seconds))}
    for name, share in SHARES.items():
        if ordered:
            found[name] = round(1e3 * ordered[math.ceil(share * len(ordered)) - 1], 1)
    return found


def step(env: Mapping[str, str], name: str, *arguments: object) -> dict[str, Any]:
    """One of `steps`, in a process of its own on this database."""
    command = [sys.executable, "-m", "benchmarks.annotation_load.steps", name]
    done = subprocess.run(
        [*command, *map(str, arguments)],
        cwd=ROOT, check=True, stdout=subprocess.PIPE,
        env={**env, "DJANGO_SETTINGS_MODULE": "curation.settings"},
    )  # fmt: skip
    return dict(json.loads(done.stdout.splitlines()[-1]))


def say(what: str, found: Mapping[str, Any]) -> None:
    print(f"{what}: {json.dumps(found)}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", nargs="+", choices=KINDS, default=list(KINDS))
    parser.add_argument("--texts", type=int, default=1_000_000)
    parser.add_argument("--people", type=int, help="100 on PostgreSQL and 50 on SQLite")
    parser.add_argument("--seconds", type=float, default=120.0, help="measured, of each run")
    parser.add_argument("--only", nargs="+", choices=list(RUNS), default=list(RUNS))
    options = parser.parse_args()
    before = environment()
    measured: dict[str, Any] = {"server": " ".join(COMMAND), "every_s": EVERY}
    for kind in options.database:
        people = options.people or PEOPLE[kind]
        measured[kind] = measure(
            Wish(kind=kind, texts=options.texts, people=people, seconds=options.seconds,
                 runs=options.only)
        )  # fmt: skip
    print(f"Kept in {record('annotation-load', measured, before=before).relative_to(ROOT)}")
    runs = [measured[kind][run] for kind in options.database for run in options.only]
    if any(run["holds"]["broken"] for run in runs):
        raise SystemExit("A promise of the engine is broken; see above.")


if __name__ == "__main__":
    main()
