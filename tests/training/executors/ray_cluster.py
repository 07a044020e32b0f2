"""Two hosts' worth of Ray on this machine, and drivers in processes of their own."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from training.fitting.processes import ROOT

HEAD_HOST, OTHER_HOST = "127.0.0.2", "127.0.0.3"
STARTED = "Ray runtime started"
START_SECONDS = 120
QUIET = {
    "RAY_USAGE_STATS_ENABLED": "0",
    # a host that is gone is noticed after 2 s instead of 15
    "RAY_health_check_initial_delay_ms": "500",
    "RAY_health_check_period_ms": "500",
    "RAY_health_check_failure_threshold": "4",
}


@dataclass(frozen=True)
class RayHost:
    """`ray start --block` and all it started, in a session of their own."""

    process: subprocess.Popen[bytes]

    def kill(self) -> None:
        """As when the machine loses power; returns when no process of it is left."""
        for pid in session_of(self.process.pid):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()
        wait_for(lambda: not session_of(self.process.pid))  # the system buries the others


def session_of(leader: int) -> list[int]:
    """Ids of all processes of a session, its leader last."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == leader:
            found.append(int(stat.parent.name))
    return sorted(found, key=lambda pid: pid == leader)


class RayCluster:
    """A head and one more host, each with one processor."""

    def __init__(self) -> None:
        # not pytest's folder: the path of a socket may have 107 letters
        self.folder = Path(tempfile.mkdtemp(prefix="ray-"))
        self.address = f"{HEAD_HOST}:{_free_port()}"
        port = self.address.partition(":")[2]
        self.hosts: list[RayHost] = []
        try:
            self._start(HEAD_HOST, "--head", f"--port={port}", "--include-dashboard=false")
            self.add_host()
        except BaseException:
            self.stop()
            raise

    def add_host(self, host: str = OTHER_HOST) -> RayHost:
        return self._start(host, f"--address={self.address}")

    def stop(self) -> None:
        for host in reversed(self.hosts):
            host.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def driver(self, code: str, *arguments: str | Path) -> subprocess.Popen[str]:
        """Code in a process of its own, with the cluster's address; Ray stays out of ours."""
        return subprocess.Popen(
            [sys.executable, "-c", code, *map(str, arguments)],
            cwd=ROOT,
            env={**os.environ, **QUIET, "RAY_ADDRESS": self.address, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def _start(self, host: str, *options: str) -> RayHost:
        number = len(self.hosts)
        said = self.folder / f"{number}.log"
        command = [str(Path(sys.executable).parent / "ray"), "start", "--block", "--num-cpus=1"]
        command += ["--num-gpus=1", "--object-store-memory=80000000", "--disable-usage-stats"]
        command += [f"--node-ip-address={host}", f"--temp-dir={self.folder / str(number)}"]
        with said.open("wb") as log:
            process = subprocess.Popen(
                [*command, *options],
                env={**os.environ, **QUIET},
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        started = RayHost(process)
        self.hosts.append(started)
        wait_for(lambda: STARTED in said.read_text() or process.poll() is not None, START_SECONDS)
        assert process.poll() is None, said.read_text()
        return started


def wait_for(true: Callable[[], object], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.05)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind((HEAD_HOST, 0))
        return int(free.getsockname()[1])
