"""What a process has started ends with it, also when it is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from curation.label_studio import processes

ROOT = Path(__file__).resolve().parents[3]
PATIENCE = 60.0  # seconds
OWNER = """
import subprocess, sys, time
from pathlib import Path
from curation.deployment.guard import Guard
home = Path(sys.argv[1])
with Guard() as guard:
    child = subprocess.Popen(
        ["sleep", "600"], stdout=subprocess.DEVNULL, start_new_session=True)
    guard.watch_over(child.pid)
    guard.watch_over_label_studio(home)
    print(child.pid, flush=True)
    time.sleep(float(sys.argv[2]))
"""
SERVER = "import time; time.sleep(600)"


def owner(home: Path, *, seconds: float) -> tuple[subprocess.Popen[str], int]:
    """A process that has started another under a guard, and the other's id."""
    started = subprocess.Popen(
        [sys.executable, "-c", OWNER, str(home), str(seconds)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert started.stdout is not None
    return started, int(started.stdout.readline())


def lives(process: int) -> bool:
    with suppress(ProcessLookupError):
        os.kill(process, 0)
        return True
    return False


def gone(process: int) -> bool:
    return processes.wait_until(lambda: not lives(process), seconds=PATIENCE)


def label_studio(home: Path) -> subprocess.Popen[bytes]:
    """What looks like an embedded server under `home`."""
    home.mkdir()
    environment = {**os.environ, processes.DATA_VARIABLE: str(home.resolve() / "data")}
    server = subprocess.Popen([sys.executable, "-c", SERVER, "start"], env=environment)
    (home / "server.pid").write_text(f"{server.pid}\n")
    return server


@pytest.mark.skipif(not processes.PROC.joinpath("self").exists(), reason="needs /proc")
def test_when_its_owner_is_killed_all_that_it_started_ends(tmp_path: Path) -> None:
    server = label_studio(tmp_path / "front")
    begun, child = owner(tmp_path / "front", seconds=600)

    begun.send_signal(signal.SIGKILL)
    begun.communicate()

    assert server.wait(PATIENCE) == -signal.SIGTERM
    assert gone(child)


def test_an_owner_that_says_it_is_done_keeps_what_it_has_not_ended(tmp_path: Path) -> None:
    begun, child = owner(tmp_path / "nowhere", seconds=0)

    begun.communicate()  # it waits for its guard

    assert lives(child)
    os.kill(child, signal.SIGKILL)
