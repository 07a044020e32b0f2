"""`serve`: ready when it says so, and gone without a trace when it is asked to stop."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.curation.commands.installations import ROOT, environment, manage
from tests.curation.commands.ports import PATIENCE, answer, free_port


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], Path, int]]:
    home, port = tmp_path / "home", free_port()
    home.mkdir()
    arguments = ["serve", "--without-label-studio", "--port", str(port)]
    # where tests run in the background, Ctrl+C is ignored, and children would ignore it, too
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    with (tmp_path / "said.txt").open("w") as said:
        process = subprocess.Popen(
            [sys.executable, "manage.py", *arguments], cwd=ROOT, env=environment(home), stderr=said
        )
    signal.signal(signal.SIGINT, before)
    yield process, home, port
    if process.poll() is None:
        process.terminate()  # killed, it could not end what it has started
        process.wait()


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_asked_to_stop_everything_ends_and_says_so(
    served: tuple[subprocess.Popen[bytes], Path, int], sign: signal.Signals
) -> None:
    process, home, port = served
    ready = answer(port, "/readyz")
    while "Alive:" not in manage(home, "doctor").stdout:
        time.sleep(0.2)  # the workers come up after the pages

    process.send_signal(sign)
    process.wait(timeout=240)
    said = (home.parent / "said.txt").read_text()

    assert ready == "ready\n"
    assert process.returncode == 0
    assert "Stopping; unfinished jobs continue at the next start." in said
    assert "Traceback" not in said
    assert "No worker is alive." in manage(home, "doctor").stdout
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", port))


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="processes are found in /proc")
def test_killed_it_leaves_no_process_behind(
    served: tuple[subprocess.Popen[bytes], Path, int],
) -> None:
    process, home, port = served
    answer(port, "/readyz")
    begun = processes_of(home)

    process.kill()
    process.wait()
    deadline = time.monotonic() + PATIENCE
    while processes_of(home) and time.monotonic() < deadline:
        time.sleep(0.2)

    assert len(begun) >= 5  # serve, its guard, pages, two workers
    assert processes_of(home) == set()


def processes_of(home: Path) -> set[int]:
    """Whatever runs for this installation."""
    mark = f"CONCORD_HOME={home}".encode()
    found = set()
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if mark in entry.joinpath("environ").read_bytes().split(b"\0"):
                found.add(int(entry.name))
    return found
