"""Processes that have just begun look, for a moment, like processes that have ended."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from curation.label_studio import processes

pytestmark = pytest.mark.skipif(
    not processes.PROC.joinpath("self").exists(), reason="processes are found in /proc"
)


@pytest.fixture
def begun(tmp_path: Path) -> Iterator[list[int]]:
    """The processes to end after the test."""
    pids: list[int] = []
    yield pids
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def spawn(tmp_path: Path, program: str) -> int:
    return processes.spawn(
        [sys.executable, "-c", program, "start"],
        environment={processes.DATA_VARIABLE: str(tmp_path)},
        cwd=tmp_path,
        log=tmp_path / "log",
    )


def test_a_process_is_told_of_only_when_it_shows_what_it_is(
    tmp_path: Path, begun: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    words, asked = processes._words, []

    def late(pid: int, name: str) -> list[bytes]:
        asked.append(name)
        return [] if len(asked) in (1, 3) else words(pid, name)

    monkeypatch.setattr(processes, "_words", late)
    begun.append(spawn(tmp_path, "import time; time.sleep(60)"))

    assert asked[:5] == ["cmdline", "cmdline", "environ", "cmdline", "environ"]
    assert processes.serves(begun[0], tmp_path)


def test_a_process_that_ends_at_once_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "_words", lambda pid, name: [])
    monkeypatch.setattr(processes, "SEEN_SECONDS", 3_600.0)

    pid = spawn(tmp_path, "")

    assert not processes.serves(pid, tmp_path)
