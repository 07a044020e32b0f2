"""Fits as child processes: started in a clean environment, watched, and ended with their group."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from training.fitting.run_folder import RunFolder

ROOT = Path(__file__).resolve().parent.parent.parent  # where `python -m training.fitting` is found

# All a child may inherit: variables of servers, keys and debuggers stay out of it.
INHERITED = (
    "PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "LD_LIBRARY_PATH",
    "CUDA_VISIBLE_DEVICES", "OMP_WAIT_POLICY", "HF_HOME", "HF_HUB_CACHE", "HF_ENDPOINT",
)  # fmt: skip
GRACE_SECONDS = 2.0  # between asking a child to end and killing it


@dataclass(frozen=True, kw_only=True)
class Step:
    """How far a child is."""

    step: int
    steps: int
    loss: float | None


class Child:
    """One running fit. It ends when this process does, however this process ends."""

    def __init__(self, folder: RunFolder, extra: Mapping[str, str] | None = None) -> None:
        """`extra` variables, such as CUDA_VISIBLE_DEVICES, come on top of what it may inherit."""
        self.folder = folder
        self._log = (folder.path / "stderr.log").open("wb")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "training.fitting", str(folder.path), "--die-with-parent"],
            cwd=ROOT,
            env={**clean_environment(), **(extra or {})},
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=self._log,
            start_new_session=True,
        )

    @property
    def pid(self) -> int:
        return self._process.pid

    def exit_code(self) -> int | None:
        """None while it runs."""
        code = self._process.poll()
        if code is not None:
            self._close()
        return code

    def step(self) -> Step | None:
        """The newest step it wrote down; None before the first."""
        try:
            return Step(**json.loads(self.folder.progress.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None

    def complaint(self) -> str:
        """The last line it wrote on stderr, or how it ended when it said nothing."""
        text = (self.folder.path / "stderr.log").read_text(encoding="utf-8", errors="replace")
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
            self._process.wait()
        self._close()

    def _signal(self, number: signal.Signals) -> None:
        if self._process.poll() is None:
            os.killpg(self._process.pid, number)

    def _close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._log.close()


def clean_environment() -> dict[str, str]:
    """All that a child may see of this process's environment."""
    inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
    return {
        **inherited,
        "PYTHONPATH": str(ROOT),
        "PYTHONHASHSEED": "0",
    }
