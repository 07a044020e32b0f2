"""The promise that nothing is lost and nothing doubled, tried with a real process and SIGKILL."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.generation.recordings import numbered_texts, write_recording

ROOT = Path(__file__).resolve().parents[2]
COUNT = 120


@pytest.fixture
def long_recording(tmp_path: Path) -> Path:
    """Fifty turns of four texts a label, of which one repeats an earlier one."""
    turns = {label: numbered_texts(label, turns=50, per_turn=3) for label in ("joke", "news")}
    for calls in turns.values():
        for call in calls:
            call.append(calls[0][0])
    return write_recording(tmp_path / "long.jsonl", turns)


def run_program(database: Path, *arguments: str) -> subprocess.Popen[bytes]:
    environment = os.environ | {
        "DATABASE_URL": f"sqlite:///{database}",
        "CONCORD_HOME": str(database.parent),
        "PYTHONPATH": str(ROOT),
    }
    return subprocess.Popen([sys.executable, *arguments], cwd=ROOT, env=environment)


def finish(database: Path, *arguments: str) -> None:
    assert run_program(database, *arguments).wait(timeout=120) == 0


def make_database(path: Path) -> Path:
    finish(path, "manage.py", "migrate", "--verbosity", "0")
    finish(path, "manage.py", "create_project", "jokes", "--labels", "joke,news", "--json")
    return path


def copy_of(database: Path, path: Path) -> Path:
    with closing(sqlite3.connect(database)) as old, closing(sqlite3.connect(path)) as new:
        old.backup(new)
    return path


def rows(database: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(database, timeout=20)) as connection:
        return list(connection.execute(query))


def content(database: Path) -> dict[str, list[tuple[object, ...]]]:
    """All that a run leaves behind, without times and database keys."""
    return {
        "examples": rows(
            database, "SELECT external_id, text, provenance FROM curation_example ORDER BY id"
        ),
        "calls": rows(
            database,
            "SELECT label_id, conversation, turn, messages, answer FROM generation_call"
            " ORDER BY id",
        ),
        "drafts": rows(
            database,
            "SELECT position, text, reason, example_id IS NULL FROM generation_draft ORDER BY id",
        ),
        "run": rows(
            database,
            "SELECT number, fingerprint, target, status, accepted, rejected, surplus"
            " FROM generation_generationrun",
        ),
    }


def kill_after(database: Path, n_calls: int, *arguments: str) -> None:
    """Start the program and kill it as soon as `n_calls` answers are stored."""
    process = run_program(database, *arguments)
    while rows(database, "SELECT count(*) FROM generation_call")[0][0] < n_calls:  # type: ignore[operator]
        assert process.poll() is None, "it ended before it could be killed"
        time.sleep(0.001)
    process.send_signal(signal.SIGKILL)
    process.wait()


def test_a_run_killed_at_three_moments_ends_like_one_that_was_not(
    tmp_path: Path, long_recording: Path
) -> None:
    program = ("tests/generation/interrupted.py", "replay", str(long_recording), str(COUNT))
    undisturbed = make_database(tmp_path / "undisturbed.sqlite3")
    killed = copy_of(undisturbed, tmp_path / "killed.sqlite3")

    finish(undisturbed, *program)
    for n_calls in (1, 12, 29):
        kill_after(killed, n_calls, *program)
    finish(killed, *program)

    expected = content(undisturbed)
    assert content(killed) == expected
    assert len(expected["examples"]) == COUNT
