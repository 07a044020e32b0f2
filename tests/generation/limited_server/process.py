"""The server as a child process, for as long as a block lasts."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.generation.limited_server.config import ServerConfig

ROOT = Path(__file__).resolve().parents[3]
PATIENCE = 20.0  # seconds for an answer to a control request, and for the end


class LimitedServer:
    """Starts a server with these settings (see `ServerConfig`) and stops it at the end.

    The child ends when its parent does, however that ends.
    """

    def __init__(self, **settings: Any) -> None:
        config = ServerConfig().changed(settings)
        program = [sys.executable, "-m", "tests.generation.limited_server", "--until-stdin-closes"]
        self._process = subprocess.Popen(
            [*program, "--config", json.dumps(config.as_json())],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        port = self._process.stdout.readline().strip()
        if not port:
            self.stop()
            raise RuntimeError("the server did not start; its complaint is above")
        self.port = int(port)
        self.base_url = f"http://127.0.0.1:{port}/v1"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def stats(self) -> dict[str, Any]:
        """Counts since the start or the last reset; see `ledger.Ledger.stats`."""
        return dict(self._control("stats"))

    def bills(self) -> list[dict[str, Any]]:
        """What the model has worked on, in this order."""
        return list(self._control("bills"))

    def configure(self, **changes: Any) -> None:
        """Change settings from now on; the limits start full again, the counts go on."""
        self._control("config", changes)

    def reset(self) -> None:
        """Forget counts, bills, attempts, files and batches; the limits start full again."""
        self._control("reset", {})

    def stop(self) -> None:
        """End the server; more than once does no harm."""
        self._process.terminate()
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                pipe.close()

    def _control(self, name: str, content: Any = None) -> Any:
        body = None if content is None else json.dumps(content).encode()
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/control/{name}",
            data=body,
            method="POST" if body else "GET",
        )
        with urllib.request.urlopen(request, timeout=PATIENCE) as response:
            return json.loads(response.read())
