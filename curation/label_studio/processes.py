"""The embedded server's process: finding it, telling it from others, starting and ending it.

A process id in a file proves nothing: the process may be dead and its number given to another,
or dead and not yet reaped. What counts is the data folder in the process's own environment.
"""

from __future__ import annotations

import fcntl
import http.client
import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

HOST = "127.0.0.1"
DATA_VARIABLE = "LABEL_STUDIO_BASE_DATA_DIR"
PROC = Path("/proc")
TERMINATE_SECONDS = 10.0
SEEN_SECONDS = 60.0  # a moment, but for a busy machine
# Kept until the interpreter ends: a child is reaped by its parent only, and must outlive the
# object that started it.
_children: list[subprocess.Popen[bytes]] = []


@contextmanager
def locked(path: Path) -> Iterator[int]:
    """Exclude other processes (and threads) for the block; ends with the process, if killed.

    Yields the lock's descriptor: a child that inherits it keeps the lock until it has ended too.
    """
    with path.open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield lock.fileno()


def write_atomically(path: Path, text: str, *, mode: int = 0o644) -> None:
    """Replace a file whole or not at all."""
    scratch = path.with_name(f".{path.name}.{os.getpid()}")
    scratch.unlink(missing_ok=True)
    descriptor = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    scratch.replace(path)


def port_is_free(port: int) -> bool:
    with closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as probe:
        # connections of a server just stopped may linger; a listener still refuses us
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def spawn(command: Sequence[str], *, environment: Mapping[str, str], cwd: Path, log: Path) -> int:
    """Start a process that outlives us; its id. Its output is appended to `log`.

    A process that begins has, for a moment, neither words nor an environment in /proc, and would
    be taken for one that has ended; so this returns once it shows them, or has ended.
    """
    with log.open("ab") as output:
        child = subprocess.Popen(
            command,
            env=dict(environment),
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    _children.append(child)
    shown = ["cmdline", "environ"] if environment else ["cmdline"]
    if PROC.joinpath("self").exists():
        wait_until(
            lambda: child.poll() is not None or all(_words(child.pid, name) for name in shown),
            seconds=SEEN_SECONDS,
        )
    return child.pid


def _words(pid: int, name: str) -> list[bytes]:
    """None of a process that is gone, is a zombie, belongs to others or has only just begun."""
    try:
        return [word for word in PROC.joinpath(str(pid), name).read_bytes().split(b"\0") if word]
    except OSError:
        return []


def serves(pid: int, data: Path) -> bool:
    """Whether `pid` is a living server that keeps its data in `data`."""
    _reap()
    if PROC.joinpath("self").exists():
        kept_in = f"{DATA_VARIABLE}={data}".encode()
        return b"start" in _words(pid, "cmdline") and kept_in in _words(pid, "environ")
    listed = subprocess.run(
        ["ps", "-p", str(pid), "-o", "stat=,command="], capture_output=True, text=True, check=False
    )
    return "label-studio" in listed.stdout and not listed.stdout.startswith("Z")


def find(data: Path) -> int | None:
    """The id of a living server that keeps its data in `data`, where /proc can tell."""
    for entry in PROC.glob("[0-9]*"):
        if serves(int(entry.name), data):
            return int(entry.name)
    return None


def end(pid: int, data: Path) -> bool:
    """Ask the server to stop, then make it; whether it is gone."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        if serves(pid, data):
            with suppress(ProcessLookupError):
                os.kill(pid, number)
        wait_until(lambda: not serves(pid, data), seconds=TERMINATE_SECONDS)
    _reap(pid)
    return not serves(pid, data)


def wait_until(condition: Callable[[], bool], *, seconds: float) -> bool:
    """Whether the condition came true in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def ask(port: int, path: str, *, token: str = "") -> Any:
    """The JSON at `path` of a server on this machine; None if there is no such answer."""
    headers = {"Authorization": f"Token {token}"} if token else {}
    with closing(http.client.HTTPConnection(HOST, port, timeout=10)) as connection:
        try:
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            return json.loads(answer.read()) if answer.status == http.HTTPStatus.OK else None
        except (OSError, http.client.HTTPException, ValueError):
            return None


def _reap(awaited: int | None = None) -> None:
    """Take note of children that ended, so that they do not stay zombies."""
    for child in list(_children):
        with suppress(subprocess.TimeoutExpired):
            if child.pid == awaited:
                child.wait(TERMINATE_SECONDS)
        if child.poll() is not None:
            _children.remove(child)
