"""The promise that every run is made once, tried with real processes and SIGKILL."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.training.study_program import RUNS

ROOT = Path(__file__).resolve().parents[2]


def start(home: Path, *arguments: str) -> subprocess.Popen[str]:
    environment = os.environ | {
        "DATABASE_URL": f"sqlite:///{home / 'db.sqlite3'}",
        "CONCORD_HOME": str(home),
        "PYTHONPATH": str(ROOT),
    }
    return subprocess.Popen(
        [sys.executable, *arguments],
        cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


def finish(process: subprocess.Popen[str]) -> str:
    out, _ = process.communicate(timeout=240)
    assert process.returncode == 0
    return out


def run(home: Path) -> subprocess.Popen[str]:
    return start(home, "manage.py", "study", "run", "s", "--parallel", "2", "--json")


def told(home: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(
        finish(start(home, "-m", "tests.training.study_program", "tell"))
    )
    return found


@pytest.fixture(scope="module")
def set_up(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the study, of which nothing has run."""
    home = tmp_path_factory.mktemp("study")
    finish(start(home, "manage.py", "migrate", "--verbosity", "0"))
    finish(start(home, "-m", "tests.training.study_program", "set_up"))
    return home


@pytest.fixture
def new_home(set_up: Path, tmp_path: Path) -> Callable[[str], Path]:
    return lambda name: Path(shutil.copytree(set_up, tmp_path / name))


def manifests(home: Path) -> dict[str, int]:
    """When each finished run was finished."""
    return {str(path): path.stat().st_mtime_ns for path in home.glob("runs/*/*/manifest.json")}


def kill_when(process: subprocess.Popen[str], true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 120
    while not true():
        assert process.poll() is None, "it ended before it could be killed"
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.01)
    process.kill()
    process.communicate()


def test_a_study_killed_or_run_by_two_ends_as_if_one_had_run_it(
    new_home: Callable[[str], Path],
) -> None:
    shared, killed = new_home("shared"), new_home("killed")

    outcomes = [json.loads(finish(process)) for process in [run(shared), run(shared)]]

    assert sum(outcome["fitted"] for outcome in outcomes) == RUNS
    assert [outcome["state"] for outcome in outcomes] == ["successful"] * 2
    assert told(shared)["runs"] == ["successful"] * RUNS

    kill_when(run(killed), lambda: any(killed.glob("runs/*/*/progress.json")))
    kill_when(run(killed), lambda: len(manifests(killed)) >= 1)
    kept = manifests(killed)
    outcome = json.loads(finish(run(killed)))

    assert kept.items() <= manifests(killed).items()
    assert (outcome["fitted"], outcome["state"]) == (RUNS - len(kept), "successful")
    assert told(killed) == told(shared)
