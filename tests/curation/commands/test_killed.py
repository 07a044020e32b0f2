"""The main job killed with SIGKILL at three stages ends with the same counts as one left alone."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
COUNT = 20


def start(home: Path) -> subprocess.Popen[str]:
    home.mkdir(exist_ok=True)
    environment = {**os.environ, "CONCORD_HOME": str(home)}
    environment.pop("DATABASE_URL", None)
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=environment, check=True
    )
    options = ["--count", str(COUNT), "--seeds", "1", "--classifier", "tfidf", "--token", "x"]
    options += ["--label-studio-url", f"fake:{home / 'front.sqlite3'}"]
    return subprocess.Popen(
        [sys.executable, "manage.py", "demo", *options],
        cwd=ROOT,
        env=environment,
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )


def kill_in(stage: str, home: Path, *, after: float) -> None:
    """Start the main job and kill it some seconds after `stage` has begun."""
    job = start(home)
    assert job.stderr is not None
    for line in job.stderr:
        if line.startswith("…") and stage in line:
            time.sleep(after)
            break
    os.kill(job.pid, signal.SIGKILL)
    job.wait()
    job.stderr.close()


def finish(home: Path) -> dict[str, Any]:
    job = start(home)
    _, said = job.communicate(timeout=240)
    assert job.returncode == 0, said
    summary: dict[str, Any] = json.loads((home / "demo" / "summary.json").read_text())
    return summary


def numbers(summary: dict[str, Any]) -> dict[str, Any]:
    """What must be equal: everything but times."""
    return {key: value for key, value in summary.items() if key != "seconds"}


def test_a_job_killed_at_three_stages_loses_nothing_and_doubles_nothing(tmp_path: Path) -> None:
    quiet = finish(tmp_path / "quiet")

    shaken_home = tmp_path / "shaken"
    kill_in("synthetic texts", shaken_home, after=0.05)
    kill_in("Simulated crowd", shaken_home, after=0.4)
    kill_in("classifiers", shaken_home, after=1.5)
    shaken = finish(shaken_home)

    assert shaken["annotation"]["annotations"] == COUNT * 5
    assert shaken["examples"]["synthetic"] == COUNT
    assert numbers(shaken) == numbers(quiet)


def test_a_second_run_changes_nothing_and_ends_with_the_same_numbers(tmp_path: Path) -> None:
    first = finish(tmp_path / "home")

    second = finish(tmp_path / "home")

    assert numbers(second) == numbers(first)
