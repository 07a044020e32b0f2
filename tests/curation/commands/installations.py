"""Installations in processes of their own, for tests of backup and restore."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
FILL = """
import django
django.setup()
from tests.factories import make_curated, make_example, make_project
from curation.models import Participation, Annotator, Example
from django.contrib.auth import get_user_model
get_user_model().objects.create_superuser("ann", password="secret")
project = make_project()
text = 'a "text"\\n\\twith\\\\everything 🙂 \\u00e9'
odd = make_example(project, text, name="odd", split="train")
Example.objects.update(provenance={"b": [1, None, 0.1 + 0.2], "a": {"ü": True}})
make_curated(project)
Participation.objects.create(
    round=project.rounds.get(), annotator=Annotator.objects.first(), allowance=0.1 + 0.2)
from tests.curation.commands.one_of_each import fill_every_table
fill_every_table()
"""


def environment(home: Path, database: str = "") -> dict[str, str]:
    inherited = {
        name: value
        for name, value in os.environ.items()
        if name not in {"DATABASE_URL", "CONCORD_SECRET_KEY"}
    }
    url = {"DATABASE_URL": database} if database else {}
    settings = {"CONCORD_HOME": str(home), "DJANGO_SETTINGS_MODULE": "curation.settings"}
    return {**inherited, **settings, **url}


def manage(home: Path, *arguments: str, database: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment(home, database),
        capture_output=True,
        text=True,
        check=False,
    )


def told(home: Path, *arguments: str, database: str = "") -> dict[str, Any]:
    """What a command says with --json; it must succeed."""
    done = manage(home, *arguments, "--json", database=database)
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def filled(home: Path) -> Path:
    """An installation on SQLite with two dataset versions, a run folder and rows in every table."""
    home.mkdir()
    assert manage(home, "migrate").returncode == 0
    program = [sys.executable, "-c", FILL]
    subprocess.run(program, cwd=ROOT, env=environment(home), check=True)
    (home / "runs" / "jokes").mkdir(parents=True)
    (home / "runs" / "jokes" / "metrics.json").write_text("{}")
    return home


@contextmanager
def postgres_database(name: str) -> Iterator[str]:
    """An empty database beside the one that tests use, by its URL."""
    import psycopg

    server = os.environ["DATABASE_URL"]
    base, _, _ = server.rpartition("/")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}"')
        connection.execute(f'CREATE DATABASE "{name}"')
        try:
            yield f"{base}/{name}"
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
