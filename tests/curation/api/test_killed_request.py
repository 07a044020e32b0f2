"""A request with an idempotency key, killed at its worst moments, is done once and answered."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def run(database: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {
        "DATABASE_URL": f"sqlite:///{database}",
        "CONCORD_HOME": str(database.parent),
        "PYTHONPATH": str(ROOT),
    }
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def rows(database: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(database, timeout=20)) as connection:
        return list(connection.execute(query))


def token_in(database: Path) -> str:
    """A database with a user, and the key of a token of theirs."""
    make_user = (
        "from django.contrib.auth import get_user_model as m;"
        "m().objects.create_user('mira', is_superuser=True)"
    )
    assert run(database, "manage.py", "migrate", "--verbosity", "0").returncode == 0
    assert run(database, "manage.py", "shell", "-c", make_user).returncode == 0
    made = run(database, "manage.py", "token", "create", "mira", "x", "--scope", "write", "--json")
    return str(json.loads(made.stdout)["key"])


def test_a_project_is_made_once_however_often_the_server_dies(tmp_path: Path) -> None:
    database, program = tmp_path / "concord.sqlite3", "tests/curation/api/killed_request.py"
    key = token_in(database)

    while_working = run(database, program, key, "work")
    after_that = rows(database, "SELECT slug FROM curation_project")
    before_the_answer = run(database, program, key, "answer")
    at_last = run(database, program, key, "never")

    assert [while_working.returncode, before_the_answer.returncode] == [-signal.SIGKILL] * 2
    assert after_that == []
    assert json.loads(at_last.stdout) == [201, "true", "tweets"]
    assert rows(database, "SELECT slug FROM curation_project") == [("tweets",)]
