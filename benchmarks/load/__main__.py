"""Every page of a project of a million texts and five million votes, and 50 requests a second.

    python -m benchmarks.load [--examples 1000000] [--database postgresql] [--home FOLDER]
        [--visits 30] [--rates 50 25] [--seconds 60] [--only WORD] [--fill] [--no-record]

The database is filled once, in FOLDER, where it stays for later runs. Then the web server (two
processes) and a worker are started as deploy/ does, every page is asked for again and again by
another process, and a third keeps up the load, at one rate after the other. Everything shares this
machine. Kept in benchmarks/results/ and told in docs/results/load.md.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.annotation_load.databases import KINDS, free_port
from benchmarks.annotation_load.serving import ROOT, busy_seconds, processor_seconds
from benchmarks.load.cluster import kept_server
from benchmarks.load.page import PAGE, others_than, page
from benchmarks.load.serving import COMMAND, PROCESSES, Served, application
from benchmarks.recording import environment, record

PASSWORD = "a password for measuring"
PROMISED = {"pages": 200.0, "table": 100.0, "programs": 200.0}  # milliseconds, p95
SHARES = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "max": 1.0}


@contextmanager
def database(kind: str, folder: Path, *, hasty: bool = False) -> Iterator[dict[str, str]]:
    """The environment that the application runs in."""
    home = folder / "home"
    home.mkdir(parents=True, exist_ok=True)
    env = {**os.environ, "CONCORD_HOME": str(home), "DJANGO_SETTINGS_MODULE": "curation.settings"}
    env.pop("DATABASE_URL", None)
    if kind == "sqlite":
        yield env
        return
    with kept_server(folder / "cluster", hasty=hasty) as url:
        yield {**env, "DATABASE_URL": url}


def step(env: Mapping[str, str], module: str, *arguments: object) -> dict[str, Any]:
    """What a module says last, as JSON; run in a process of its own."""
    command = [sys.executable, "-m", f"benchmarks.load.{module}", *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, env=dict(env))
    return dict(json.loads(done.stdout.splitlines()[-1]))


def measure(env: Mapping[str, str], options: argparse.Namespace) -> dict[str, Any]:
    """Serve, ask for every page, keep up the load."""
    known, port = step(env, "places"), free_port()
    setting = {
        **known, "port": port, "password": PASSWORD, "visits": options.visits,
        "only": options.only, "seconds": options.seconds,
    }  # fmt: skip
    with application(env, port) as served:
        asked, pages_took = _beside(served, "asking", setting)
        # without what is refused by design, as scores that no job has made
        setting["places"] = _without(known["places"], asked["troubles"])
        loads = [
            told(*_beside(served, "walking", {**setting, "rate": rate}), rate)
            for rate in (options.rates if options.seconds else ())
        ]
    found: dict[str, Any] = {
        "server": " ".join(COMMAND), "processes": PROCESSES, "promised_p95_ms": PROMISED,
        "left_out": known["left_out"], "refused": asked["troubles"], "asking": pages_took,
        "milliseconds": {
            group: {name: spread(one) for name, one in places.items()}
            for group, places in asked["seconds"].items()
        },
        "slower_than_promised": slower(asked["seconds"]), "loads": loads,
    }  # fmt: skip
    return found


def _without(places: Mapping[str, Any], names: Collection[str]) -> dict[str, Any]:
    return {
        group: [one for one in some if one["name"] not in names] for group, some in places.items()
    }


def _beside(
    served: Served, module: str, setting: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What a process that asks has noted, and which cores were busy meanwhile."""
    with tempfile.TemporaryDirectory() as folder:
        said, noted = Path(folder) / "setting.json", Path(folder) / "noted.json"
        said.write_text(json.dumps(setting))
        before = _used(served)
        load = round(os.getloadavg()[0], 2)
        command = [sys.executable, "-m", f"benchmarks.load.{module}", str(said), str(noted)]
        subprocess.run(command, cwd=ROOT, check=True)
        used = {name: seconds - before[name] for name, seconds in _used(served).items()}
        found = json.loads(noted.read_text())
    whole = used["clock"]
    cores = {name: round(used[name] / whole, 2) for name in ("web", "worker", "machine")}
    return found, {"load_before": load, "seconds": round(whole, 1), "cores_busy": cores}


def _used(served: Served) -> dict[str, float]:
    return {
        "clock": float(Path("/proc/uptime").read_text().split()[0]),
        "web": processor_seconds(served.web),
        "worker": processor_seconds(served.worker),
        "machine": busy_seconds(),  # whoever keeps it busy
    }


def told(walked: Mapping[str, Any], took: Mapping[str, Any], rate: float) -> dict[str, Any]:
    """The load as it is kept."""
    every = [one for some in walked["seconds"].values() for one in some]
    return {
        **took, "wanted_per_second": rate, "requests": len(every),
        "per_second": round(len(every) / walked["elapsed"], 1),
        "errors": sum(walked["troubles"].values()), "troubles": walked["troubles"],
        "milliseconds": spread(every),
        "by_kind": {kind: spread(one) for kind, one in walked["seconds"].items()},
        "late_ms": spread(walked["late"]),  # from the schedule until sent
        "cores_of_the_load": round(walked["processor_seconds"] / walked["elapsed"], 2),
    }  # fmt: skip


def spread(seconds: Sequence[float]) -> dict[str, float]:
    """Number of requests, and milliseconds that so many per cent of them took at most.

    >>> spread([0.001, 0.002, 0.003, 0.004])
    {'n': 4, 'p50': 2.0, 'p95': 4.0, 'p99': 4.0, 'max': 4.0}
    """
    ordered, found = sorted(seconds), {"n": len(seconds)}
    ranks = {name: math.ceil(share * len(ordered)) - 1 for name, share in SHARES.items()}
    return found | {name: round(1e3 * ordered[at], 1) for name, at in ranks.items() if ordered}


def slower(seconds: Mapping[str, Mapping[str, Sequence[float]]]) -> list[str]:
    return [
        name
        for group, places in seconds.items()
        for name, one in places.items()
        if one and spread(one)["p95"] > PROMISED[group]
    ]


def say(found: Mapping[str, Any]) -> None:
    """A table for people, the slowest of each group first."""
    for group, places in found["milliseconds"].items():
        print(f"\n{group}: p50 and p95 in ms; promised {PROMISED[group]:g}")
        for name, one in sorted(places.items(), key=lambda row: -row[1].get("p95", 0)):
            print(f"{one.get('p50', 0):9.1f} {one.get('p95', 0):9.1f}  {name}")
    for what in ("refused", "asking", "slower_than_promised", "loads"):
        print(f"\n{what}: {json.dumps(found.get(what), indent=1, ensure_ascii=False)}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--examples", type=int, default=1_000_000)
    parser.add_argument("--database", choices=KINDS, default="postgresql")
    parser.add_argument("--home", default=str(Path(tempfile.gettempdir()) / "concord-load"))
    parser.add_argument("--visits", type=int, default=30)
    parser.add_argument("--rates", type=float, nargs="+", default=[50.0], help="requests a second")
    parser.add_argument("--seconds", type=float, default=60.0, help="of the load; 0 is none")
    parser.add_argument("--only", default="", help="pages whose address has this in it")
    parser.add_argument("--fill", action="store_true", help="only fill the database")
    parser.add_argument("--no-record", action="store_true", help="keep no result")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))  # nothing is left running
    folder = Path(options.home) / f"{options.database}-{options.examples}"
    with database(options.database, folder, hasty=True) as env:
        filled = step(env, "steps", options.examples)
    if options.fill:
        return
    before = environment()
    with database(options.database, folder) as env:
        found = measure(env, options)
    say(found)
    kept = {"database": options.database, "examples": options.examples,
            "filling_seconds": filled, **found}  # fmt: skip
    if not options.no_record:
        path = record(f"load-{options.database}-{options.examples}", kept, before=before)
        kept = json.loads(path.read_text())
        PAGE.write_text(page(kept, others_than(kept)), encoding="utf-8")
        print(f"Kept in {path.relative_to(ROOT)} and {PAGE.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
