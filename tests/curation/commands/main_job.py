"""The main job in a process of its own, to be killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True, kw_only=True)
class MainJob:
    """`manage.py demo` over a data folder of its own: few texts, one seed, the fast classifier."""

    home: Path
    count: int  # texts
    options: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)

    def start(self) -> subprocess.Popen[str]:
        self.home.mkdir(exist_ok=True)
        environment = {**os.environ, "CONCORD_HOME": str(self.home), **self.environment}
        environment.pop("DATABASE_URL", None)
        migrate = [sys.executable, "manage.py", "migrate", "-v0"]
        subprocess.run(migrate, cwd=ROOT, env=environment, check=True)
        command = [sys.executable, "manage.py", "demo", "--count", str(self.count)]
        return subprocess.Popen(
            [*command, "--seeds", "1", "--classifier", "tfidf", *self.options],
            cwd=ROOT,
            env=environment,
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )

    def kill_in(self, stage: str, *, after: float) -> None:
        """Start and send SIGKILL some seconds after `stage` has begun."""
        job = self.start()
        assert job.stderr is not None
        reached = False
        for line in job.stderr:
            reached = line.startswith("…") and stage in line
            if reached:
                time.sleep(after)
                break
        os.kill(job.pid, signal.SIGKILL)
        job.wait()
        job.stderr.close()
        assert reached, f"the job never came to {stage!r}"

    def finish(self) -> dict[str, Any]:
        """Run to the end; the summary."""
        job = self.start()
        _, said = job.communicate(timeout=400)
        assert job.returncode == 0, said
        summary: dict[str, Any] = json.loads((self.home / "demo" / "summary.json").read_text())
        return summary


def numbers(summary: dict[str, Any]) -> dict[str, Any]:
    """What must be equal: everything but times."""
    return {key: value for key, value in summary.items() if key != "seconds"}
