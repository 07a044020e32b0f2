"""The web server as a lab would run it, and somebody who kills its workers."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
ROOT = Path(__file__).resolve().parents[2]
OPTIONS = ("--workers", "2", "--threads", "4", "--preload", "--keep-alive", "75")
COMMAND = ("gunicorn", "curation.wsgi", *OPTIONS)


@contextmanager
def server(environment: Mapping[str, str], port: int) -> Iterator[int]:
    """The process id of a web server that answers."""
    process = subprocess.Popen(
        [sys.executable, "-m", *COMMAND, "--bind", f"127.0.0.1:{port}", "--log-level", "error"],
        cwd=ROOT, env=dict(environment), stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        wait_for(port)
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


@contextmanager
def killer(master: int, *, every: float) -> Iterator[list[float]]:
    """Kill a worker with SIGKILL about every so many seconds; when, by the monotonic clock."""
    killed: list[float] = []
    done = threading.Event()
    dice = random.Random(0)

    def kill() -> None:
        while not done.wait(every * dice.uniform(0.6, 1.4)):
            workers = children(master)
            if workers:
                os.kill(dice.choice(workers), signal.SIGKILL)
                killed.append(time.monotonic())

    thread = threading.Thread(target=kill, daemon=True)
    thread.start()
    try:
        yield killed
    finally:
        done.set()
        thread.join()


def children(process: int) -> list[int]:
    listed = Path(f"/proc/{process}/task/{process}/children").read_text()
    return [int(word) for word in listed.split()]


def processor_seconds(process: int) -> float:
    """Processor time of a process, of its children and of those that have ended."""
    used = sum(_times_of(process))
    for child in children(process):
        with suppress(OSError):
            used += sum(_times_of(child)[:2])
    return used / TICKS


def busy_seconds() -> float:
    """Processor time used on this machine since it started, by whomever."""
    words = Path("/proc/stat").read_text().split()
    user, nice, system, _idle, _waiting, interrupt, soft_interrupt = map(int, words[1:8])
    return (user + nice + system + interrupt + soft_interrupt) / TICKS


def _times_of(process: int) -> list[int]:
    """Ticks in user and kernel mode, of the process and of its ended children."""
    after_name = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return [int(word) for word in after_name[11:15]]


def wait_for(port: int) -> None:
    for _ in range(300):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/login/", timeout=5):
                return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the web server does not answer")
