"""A kept model in a process of its own: started once, asked often, gone when its owner is."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from training.fitting.errors import BadModel
from training.fitting.processes import GRACE_SECONDS, ROOT, clean_environment
from training.fitting.run_folder import RunFolder


class ServedModel:
    """Asks `python -m training.fitting.serve` about texts; a server that dies is replaced once.

    Raises:
        BadModel: there is no model, or its server cannot be kept alive.
    """

    def __init__(self, folder: RunFolder) -> None:
        self._folder = folder
        self.labels: tuple[str, ...] = ()
        self._start()

    @property
    def pid(self) -> int:
        return self._process.pid

    def __call__(self, texts: Sequence[str]) -> list[dict[str, float]]:
        """N texts → N times label code → p in [0, 1], sum 1."""
        request = {"texts": list(texts)}
        try:
            answer = self._ask(request)
        except BadModel:  # killed, by a lack of memory perhaps
            self.end()
            self._start()
            answer = self._ask(request)
        return [dict(zip(self.labels, probs, strict=True)) for probs in answer["probs"]]

    def end(self) -> None:
        """Stop it; returns when it is gone."""
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):
            self._process.stdin.close()
        try:
            self._process.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()
        self._log.close()

    def _start(self) -> None:
        self._log = tempfile.TemporaryFile()  # noqa: SIM115  # lives as long as the process
        self._process = subprocess.Popen(
            [sys.executable, "-m", "training.fitting.serve", str(self._folder.path)],
            cwd=ROOT,
            env=clean_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            start_new_session=True,
        )
        try:
            self.labels = tuple(self._read()["labels"])
        except BaseException:  # an interrupt while it loads must not leave it behind
            self.end()
            raise

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(request).encode() + b"\n")
            self._process.stdin.flush()
        except BrokenPipeError as error:
            raise BadModel(self._complaint()) from error
        return self._read()

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line.endswith(b"\n"):
            raise BadModel(self._complaint())
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _complaint(self) -> str:
        """The last line it wrote on stderr, or how it ended when it said nothing."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(GRACE_SECONDS)
        self._log.seek(0)
        said = self._log.read().decode(errors="replace")
        lines = [line.strip() for line in said.splitlines() if line.strip()]
        if lines:
            return lines[-1]
        return f"The classifier's process ended with exit code {self._process.returncode}."
