"""Fits as child processes: started in a clean environment, watched, and ended with their group."""

from __future__ import annotations

import json
import signal
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass

from training.fitting.fork_server import ForkServer
from training.fitting.processes import GRACE_SECONDS, Alone
from training.fitting.run_folder import RunFolder


@dataclass(frozen=True, kw_only=True)
class Step:
    """How far a child is."""

    step: int
    steps: int
    loss: float | None


class Child:
    """One running fit. It ends when this process does, however this process ends."""

    def __init__(
        self,
        folder: RunFolder,
        extra: Mapping[str, str] | None = None,
        *,
        server: ForkServer | None = None,
    ) -> None:
        """
        Args:
            extra: variables, such as CUDA_VISIBLE_DEVICES, on top of what it may inherit.
            server: forks it off, with its imports done; None: it starts from nothing.
        """
        self.folder = folder
        self._process = (server.start if server else Alone)(folder, extra or {})

    @property
    def pid(self) -> int:
        return self._process.pid

    def exit_code(self) -> int | None:
        """None while it runs."""
        code = self._process.poll()
        if code is not None:
            self._process.close()
        return code

    def step(self) -> Step | None:
        """The newest step it wrote down; None before the first."""
        try:
            return Step(**json.loads(self.folder.progress.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None

    def complaint(self) -> str:
        """The last line it wrote on stderr, or how it ended when it said nothing."""
        if self._process.complaint:
            return self._process.complaint
        text = self.folder.log.read_text(encoding="utf-8", errors="replace")
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        code = self._process.returncode
        if code is not None and code < 0:
            name = signal.Signals(-code).name
            return f"It was killed by {name}; if nobody did that, the machine ran out of memory."
        return lines[-1] if lines else f"It ended with exit code {code} and said nothing."

    def end(self) -> None:
        """Stop it and everything it started; returns when it is gone."""
        self._signal(signal.SIGTERM)
        try:
            self._process.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            self._signal(signal.SIGKILL)
            self._process.wait_killed()
        self._process.close()

    def _signal(self, number: signal.Signals) -> None:
        if self._process.poll() is None:
            self._process.signal_group(number)
