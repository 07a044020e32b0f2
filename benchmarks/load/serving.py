"""The application as deploy/ runs it: gunicorn with two processes, and a worker that waits."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.annotation_load.serving import ROOT, wait_for

COMMAND = ("gunicorn", "-c", "python:curation.gunicorn", "curation.wsgi")
PROCESSES = 2


@dataclass(frozen=True, kw_only=True)
class Served:
    """Process ids."""

    web: int
    worker: int


@contextmanager
def application(environment: Mapping[str, str], port: int) -> Iterator[Served]:
    """The web server, which answers, and the worker; what they log is in CONCORD_HOME."""
    env = {
        **environment, "CONCORD_BIND": f"127.0.0.1:{port}", "CONCORD_LOG_FORMAT": "json",
        "CONCORD_LOG_LEVEL": "INFO", "CONCORD_WEB_PROCESSES": str(PROCESSES),
    }  # fmt: skip
    home = Path(environment["CONCORD_HOME"])
    web = [sys.executable, "-m", *COMMAND]
    worker = [sys.executable, "manage.py", "worker", "--queue", "default"]
    with (home / "web.log").open("w") as said, (home / "worker.log").open("w") as told:
        started = [
            subprocess.Popen(web, cwd=ROOT, env=env, stderr=said),
            subprocess.Popen(worker, cwd=ROOT, env=env, stderr=told, stdout=told),
        ]
        try:
            wait_for(port)
            yield Served(web=started[0].pid, worker=started[1].pid)
        finally:
            for process in started:
                process.send_signal(signal.SIGTERM)
            for process in started:
                process.wait(60)
