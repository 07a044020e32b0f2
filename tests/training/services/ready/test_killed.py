"""Setting up a study's projects, with the process killed inside its writes."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.training.services.ready.folders import write_crowd, write_recordings, write_task

ROOT = Path(__file__).resolve().parents[4]
PREPARE = """
import os, signal, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "curation.settings"
import django
django.setup()
from pathlib import Path
from django.core.management import call_command
from curation import bulk
from curation.services import examples, votes
from training.services.ready import prepare
call_command("migrate", verbosity=0)
writes = 0
def counted(*arguments, **options):
    global writes
    write(*arguments, **options)
    writes += 1
    if str(writes) == sys.argv[1]:
        os.kill(os.getpid(), signal.SIGKILL)
write = bulk.insert_rows
examples.insert_rows = votes.insert_rows = counted
for name in ("paper-one", "filtering"):
    prepare(name, data=Path("data"))
"""
CONTENT = (
    "SELECT p.slug, external_id, text, split, provenance FROM curation_example e "
    "JOIN curation_project p ON p.id = e.project_id ORDER BY 1, 2",
    "SELECT count(*) FROM curation_annotation",
)


def run(home: Path, *, killed_at: int) -> int:
    """Exit status of a process that sets both studies up, dead after its nth write; 0: never."""
    environment = {**os.environ, "CONCORD_HOME": str(home / "home"), "PYTHONPATH": str(ROOT)}
    environment.pop("DATABASE_URL", None)
    command = [sys.executable, "-c", PREPARE, str(killed_at)]
    return subprocess.run(command, cwd=home, env=environment, check=False).returncode


def stored(home: Path) -> list[object]:
    with sqlite3.connect(home / "home" / "concord.sqlite3") as database:
        found = [database.execute(query).fetchall() for query in CONTENT]
    database.close()
    return [*found]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    for place in ("whole", "killed"):
        write_task(tmp_path / place / "data", "humor")
        write_recordings(tmp_path / place / "recordings", "humor")
        cast = {f"text-{n}": ["ironic", "ironic", "not_ironic"] for n in range(20)}
        crowd = tmp_path / place / "data"
        write_crowd(crowd, "multipico_en", cast, labels=("ironic", "not_ironic"))
    return tmp_path


def test_what_a_kill_left_is_completed_to_the_same_content(home: Path) -> None:
    whole, broken = home / "whole", home / "killed"
    assert run(whole, killed_at=0) == 0

    for write in (1, 2, 3, 2):  # each start gets further: finished projects are not written again
        assert run(broken, killed_at=write) == -signal.SIGKILL
    assert run(broken, killed_at=0) == 0

    assert stored(broken) == stored(whole)
    assert len(stored(whole)[0]) == 6 + 16 + 8 + 8 + 20  # type: ignore[arg-type]
    assert stored(whole)[1] == [(60,)]
