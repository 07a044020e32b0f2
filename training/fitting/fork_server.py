"""The owner's side of `training.fitting.forking`."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from training.fitting.config import FitConfig
from training.fitting.processes import GRACE_SECONDS, ROOT, WEAK_CHECK, clean_environment
from training.fitting.run_folder import RunFolder

BLOCK = 65_536  # bytes read at a time
HURRY_SECONDS = 0.5  # for an end that we ask for
END_SECONDS = 10.0  # for one that has begun: leaving torch takes a while
LOST = -signal.SIGKILL  # how a fit ended whose server is gone
NAME = "The process that starts fits"


def server_for(config: FitConfig) -> ForkServer | None:
    """A server of such fits; None where libraries may not survive a fork."""
    return ForkServer(config) if sys.platform == "linux" else None


class ForkServer:
    """A process that has loaded a classifier's imports and forks for each fit.

    It and its forks end when this process does, however this process ends. Used by one thread.
    """

    def __init__(self, config: FitConfig) -> None:
        """Of `config` count the classifier, the threads and whether it may ask the hub."""
        ours, theirs = socket.socketpair()
        self._log = tempfile.TemporaryFile()  # noqa: SIM115  # closed with us
        hub = ("--hub",) if config.hub else ()
        with theirs:
            self._process = subprocess.Popen(
                [
                    sys.executable, "-m", "training.fitting.forking", config.classifier,
                    str(theirs.fileno()), "--threads", str(config.threads), *hub,
                ],
                cwd=ROOT, env={**clean_environment(config.threads), WEAK_CHECK: "1"},
                pass_fds=[theirs.fileno()], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                stderr=self._log, start_new_session=True,
            )  # fmt: skip
        self._control, self._rest = ours, b""
        self._forks: dict[int, Fork] = {}
        self._asked = 0

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def gone(self) -> bool:
        """Whether somebody has killed it."""
        return self._process.poll() is not None

    def start(self, folder: RunFolder, extra: Mapping[str, str]) -> Fork:
        """A fit of `folder` with `extra` variables; returns before it has begun."""
        folder.log.write_bytes(b"")  # whatever an earlier attempt said
        self._asked += 1
        fork = self._forks[self._asked] = Fork(self, self._asked)
        self.say({"run": self._asked, "folder": str(folder.path.resolve()), "extra": {**extra}})
        return fork

    def say(self, values: Mapping[str, Any]) -> None:
        if self._is_closed():
            return
        with suppress(BrokenPipeError, ConnectionResetError):  # the next `listen` says so
            self._control.sendall(json.dumps(values).encode() + b"\n")

    def listen(self, seconds: float = 0.0) -> None:
        """Take in what it has said, waiting for it at most so long."""
        while self._has_said_something(seconds):
            try:
                block = self._control.recv(BLOCK)
            except ConnectionResetError:
                block = b""
            if not block:
                self._lose(END_SECONDS)
                return
            *lines, self._rest = (self._rest + block).split(b"\n")
            for line in lines:
                self._take(json.loads(line))
            seconds = 0.0

    def kill(self) -> None:
        """End it at once, and its forks with it; the next `listen` says so."""
        self._process.kill()

    def close(self) -> None:
        """End it; its forks end by themselves when their input does."""
        self._control.close()
        self._lose(HURRY_SECONDS)
        self._log.close()

    def _is_closed(self) -> bool:
        return self._control.fileno() < 0

    def _has_said_something(self, seconds: float) -> bool:
        if self._is_closed():
            return False
        looking = select.poll()
        looking.register(self._control, select.POLLIN)
        return bool(looking.poll(1000 * seconds))

    def _take(self, said: Mapping[str, int]) -> None:
        fork = self._forks[said["run"]]
        if "pid" in said:
            fork.known_pid = said["pid"]
            return
        fork.returncode = said["code"]
        del self._forks[said["run"]]

    def _lose(self, patience: float) -> None:
        """It ends or has ended: its forks do when our end of their input is closed.

        Args:
            patience: seconds after which it is killed.
        """
        assert self._process.stdin is not None
        self._process.stdin.close()
        with suppress(subprocess.TimeoutExpired):  # it still loads, or hangs
            self._process.wait(patience)
        self._process.kill()
        complaint = self._complaint(self._process.wait())
        for fork in self._forks.values():
            fork.returncode, fork.complaint = LOST, complaint
        self._forks.clear()

    def _complaint(self, code: int) -> str:
        """How it ended, for those whose fits it took along."""
        if code < 0:
            killed = f"{NAME} was killed by {signal.Signals(-code).name}"
            return f"{killed}; if nobody did that, the machine ran out of memory."
        self._log.seek(0)
        lines = self._log.read().decode(errors="replace").split("\n")
        said = next((line.strip() for line in reversed(lines) if line.strip()), "")
        return f"{NAME} ended{f': {said}' if said else f' with exit code {code}'}."


class Fork:
    """One fit of a server, asked like a `subprocess.Popen`."""

    def __init__(self, server: ForkServer, run: int) -> None:
        self._server, self._run = server, run
        self.known_pid: int | None = None
        self.returncode: int | None = None
        self.complaint = ""  # of a fit that was lost with its server

    @property
    def pid(self) -> int:
        """Waits until it runs.

        Raises:
            ProcessLookupError: its server was killed before.
        """
        while self.known_pid is None and self.returncode is None:
            self._server.listen(1.0)
        if self.known_pid is None:
            raise ProcessLookupError(f"{NAME} was killed.")
        return self.known_pid

    def poll(self) -> int | None:
        if self.returncode is None:
            self._server.listen()
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        deadline = None if timeout is None else time.monotonic() + timeout
        while self.returncode is None:
            left = 1.0 if deadline is None else deadline - time.monotonic()
            if left <= 0:
                raise subprocess.TimeoutExpired("fit", timeout or 0.0)
            self._server.listen(left)
        return self.returncode

    def wait_killed(self) -> None:
        """Wait until its server says so; one that does not is ended as well."""
        try:
            self.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            self._server.kill()
            self.wait()

    def signal_group(self, number: signal.Signals) -> None:
        if self.known_pid is None and number == signal.SIGKILL:  # nobody knows when it begins
            self._server.kill()
            return
        if self.known_pid is None:  # it need not begin
            self._server.say({"end": self._run})
            return
        with suppress(ProcessLookupError):  # it has not made its session yet
            os.killpg(self.known_pid, number)
            return
        os.kill(self.known_pid, number)

    def close(self) -> None:
        """Its number may go to others now."""
        if self.returncode is not None and self.known_pid is not None:
            self._server.say({"over": self._run})
            self.known_pid = None
