"""Running ours and the peers against one server, each in a process of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.generation.limited_server import LimitedServer
from tests.generation.limited_server.answers import made_up
from tests.generation.limited_server.draws import seeded

ROOT = Path(__file__).resolve().parents[2]
KEYS = ("CONCORD_LLM_KEY", "OPENAI_API_KEY", "OPENAI_BASE_URL")
LABELS = ("joke", "news")
SEEDS = 400  # real texts that prompts show some of


@dataclass(frozen=True, kw_only=True)
class Ran:
    """One generation by our command, from the start of its process to its end."""

    texts: int
    seconds: float
    cpu_seconds: float
    peak_mib: float
    server: dict[str, Any]  # what the server has counted


@contextmanager
def prepared() -> Iterator[Path]:
    """A data folder with a project and real texts, to be copied for each run."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        seeds = home / "seeds.jsonl"
        lines = [
            {"id": f"s{n}", "text": made_up(seeded("seeds", n)), "label": LABELS[n % len(LABELS)]}
            for n in range(SEEDS)
        ]
        seeds.write_text("".join(json.dumps(line) + "\n" for line in lines))
        _wait_for(_start(home, "migrate"))
        _wait_for(_start(home, "create_project", "bench", "--labels", ",".join(LABELS)))
        _wait_for(_start(home, "import_examples", "bench", str(seeds), "--split", "train"))
        yield home


def generate(home: Path, server: LimitedServer, *, count: int, parallel: int = 32) -> Ran:
    """`manage.py generate` over a copy of `home`; its texts are what it has accepted."""
    server.reset()
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "home"
        shutil.copytree(home, copy)
        began = time.perf_counter()
        said = ["--json", "--provider", "openai", "--method", "few_shot", "--model", "tiny"]
        said += ["--base-url", server.base_url, "--parallel", str(parallel)]
        child = _start(copy, "generate", "bench", *said, "--count", str(count))
        usage = _wait_for(child)
        seconds = time.perf_counter() - began
        texts = _pool_size(copy)
    return Ran(
        texts=texts,
        seconds=round(seconds, 3),
        cpu_seconds=round(usage.ru_utime + usage.ru_stime, 3),
        peak_mib=round(usage.ru_maxrss / 1024, 1),
        server=server.stats(),
    )


def run_peer(python: Path, program: str, server: LimitedServer, *, calls: int) -> dict[str, Any]:
    """What a peer's program prints, and what the server has counted."""
    server.reset()
    asked = ["--base-url", server.base_url, "--calls", str(calls)]
    done = subprocess.run(
        [str(python), "-m", f"benchmarks.peers.{program}", *asked],
        cwd=ROOT,
        env=_environment(),
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise SystemExit(f"{program} failed:\n{done.stderr[-2000:]}")
    return {**json.loads(done.stdout.splitlines()[-1]), "server": server.stats()}


def window(counted: dict[str, Any]) -> float:
    """Seconds from the first admission to the last."""
    return float(counted["last_admission"] - counted["first_admission"])


def _environment(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in KEYS}
    return kept | more


def _start(home: Path, *arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=_environment(CONCORD_HOME=str(home)),
        stdout=subprocess.DEVNULL,
    )


def _wait_for(child: subprocess.Popen[bytes]) -> Any:
    """What the process has used."""
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if status:
        raise SystemExit(f"{' '.join(map(str, child.args[1:]))} failed")  # type: ignore[index]
    return usage


def _pool_size(home: Path) -> int:
    """Examples that were generated and kept."""
    program = (
        "import django; django.setup(); from curation.models import Example;"
        " print(Example.objects.pool().count())"
    )
    asked = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=_environment(CONCORD_HOME=str(home), DJANGO_SETTINGS_MODULE="curation.settings"),
        check=True,
        capture_output=True,
        text=True,
    )
    return int(asked.stdout)
