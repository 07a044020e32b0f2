"""Ends what `serve` has started once `serve` is gone: one that is killed can end nothing itself.

`python -m curation.deployment.guard` learns on its input what there is to end, and waits for the
input's end, which comes when its parent dies, however that dies. No system is asked for more than
pipes and signals.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Self

from curation.errors import CurationError
from curation.label_studio.embedded import EmbeddedServer
from curation.label_studio.errors import NotStarted

ROOT = Path(__file__).resolve().parents[2]
STOP_SECONDS = 10.0  # what a process gets to end by itself
GROUP, LABEL_STUDIO, DONE = "group", "label-studio", "done"


class Guard:
    """The guard's process, as its parent sees it. If it is killed, all goes on without one."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "curation.deployment.guard"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            start_new_session=True,  # Ctrl+C is for the parent
            bufsize=0,
        )

    def watch_over(self, group: int) -> None:
        """End this group of processes, named by its leader, when the parent is gone."""
        self._tell(f"{GROUP} {group}")

    def watch_over_label_studio(self, home: Path) -> None:
        """Stop the server that lives under `home` when the parent is gone."""
        self._tell(f"{LABEL_STUDIO} {home}")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Nothing is left to end, unless the parent was interrupted while it ended things."""
        assert self._process.stdin is not None
        if kind is None or issubclass(kind, CurationError):
            self._tell(DONE)
            self._process.stdin.close()
            self._process.wait()

    def _tell(self, line: str) -> None:
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):
            self._process.stdin.write(f"{line}\n".encode())


def guard(told: Iterable[str]) -> None:
    """Read to the end what there is to end, then end it, unless the last line says it is done."""
    groups: list[int] = []
    homes: list[Path] = []
    for line in told:
        word, _, named = line.rstrip("\n").partition(" ")
        if word == DONE:
            return
        if word == GROUP:
            groups.append(int(named))
        elif word == LABEL_STUDIO:
            homes.append(Path(named))
    end_groups(groups, seconds=STOP_SECONDS)
    for home in homes:
        with suppress(NotStarted):  # it would not stop; `manage.py labelstudio stop` says so
            EmbeddedServer(home).stop()


def end_groups(groups: Sequence[int], *, seconds: float) -> None:
    """Ask the leaders to end, all at the same time; kill what is left after `seconds`."""
    for group in groups:
        with suppress(ProcessLookupError):
            os.kill(group, signal.SIGTERM)
    until = time.monotonic() + seconds
    while any(map(_lives, groups)) and time.monotonic() < until:
        time.sleep(0.1)
    for group in groups:
        with suppress(ProcessLookupError):
            os.killpg(group, signal.SIGKILL)


def _lives(process: int) -> bool:
    with suppress(ProcessLookupError):
        os.kill(process, 0)
        return True
    return False


if __name__ == "__main__":
    guard(sys.stdin)
