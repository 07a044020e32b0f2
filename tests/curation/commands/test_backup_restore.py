"""Backup and restore between installations, as an operator does it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import uuid
import zipfile
from pathlib import Path
from typing import Any

import pytest

from curation.archives.manifest import NAME
from curation.services.backups.schema import kept_tables
from tests.curation.commands.installations import (
    ROOT,
    environment,
    filled,
    manage,
    postgres_database,
    told,
)

LAST_OF_ITS_APP = "socialaccount.0006_alter_socialaccount_extra_data"  # changes a column only

on_postgres = pytest.mark.skipif(
    not os.environ.get("DATABASE_URL", "").startswith("postgres"),
    reason="needs a PostgreSQL server (make test-postgres)",
)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return filled(tmp_path_factory.mktemp("source") / "home")


@pytest.fixture(scope="module")
def archive(source: Path) -> Path:
    return Path(told(source, "backup", str(source.parent / "b.zip"))["path"])


def content(path: Path) -> dict[str, list[Any]]:
    """Every row of an archive, by table."""
    with zipfile.ZipFile(path) as opened:
        return {
            name: [json.loads(line) for line in opened.read(name).splitlines()]
            for name in opened.namelist()
            if name.startswith("rows/")
        }


def test_rows_of_every_table_are_put_to_the_test(archive: Path) -> None:
    held = content(archive)

    assert set(held) == {f"rows/{table.name}.jsonl" for table in kept_tables()}
    assert [name for name, rows in held.items() if not rows] == []


def killed_while_restoring(home: Path, archive: Path) -> None:
    child = subprocess.Popen(
        [sys.executable, "manage.py", "restore", str(archive)],
        cwd=ROOT,
        env=environment(home),
        stderr=subprocess.DEVNULL,
    )
    while not (home / "restoring.json").exists():
        assert child.poll() is None
        time.sleep(0.005)
    child.send_signal(signal.SIGKILL)
    child.wait()


def test_restored_on_sqlite_everything_is_the_same(archive: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    believed = home / "lately" / "jokes" / "counts.json"  # of what was here before
    believed.parent.mkdir(parents=True)
    believed.write_text("{}")

    restored = told(home, "restore", str(archive))
    kept = believed.exists()
    again = told(home, "backup", str(tmp_path / "again.zip"))

    assert (restored["versions"], restored["changed_versions"]) == (2, [])
    assert restored["same_secret_key"]
    assert not kept
    assert content(Path(again["path"])) == content(archive)
    assert (home / "runs" / "jokes" / "metrics.json").read_text() == "{}"
    assert (home / "secret_key").stat().st_mode & 0o077 == 0


@on_postgres
def test_from_sqlite_to_postgresql_and_back_everything_is_the_same(
    archive: Path, tmp_path: Path
) -> None:
    there, back = tmp_path / "there", tmp_path / "back"
    with postgres_database(f"restored_{uuid.uuid4().hex[:8]}") as database:
        restored = told(there, "restore", str(archive), database=database)
        between = told(there, "backup", str(tmp_path / "between.zip"), database=database)
        added = manage(there, "create_project", "new", "--labels", "a,b", database=database)
    returned = told(back, "restore", between["path"])

    assert (restored["versions"], restored["changed_versions"]) == (2, [])
    assert (returned["versions"], returned["changed_versions"]) == (2, [])
    assert content(Path(between["path"])) == content(archive)
    assert added.returncode == 0, added.stderr  # keys go on after those that were restored


def test_killed_in_the_middle_it_says_so_and_is_begun_again(archive: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    killed_while_restoring(home, archive)

    refused = manage(home, "create_project", "new", "--labels", "a,b")
    finished = told(home, "restore", str(archive))

    assert refused.returncode == 1
    assert f"half restored from {archive}" in refused.stderr
    assert finished["changed_versions"] == []
    assert manage(home, "create_project", "new", "--labels", "a,b").returncode == 0


def test_an_archive_of_an_earlier_version_is_restored_and_upgraded(
    archive: Path, tmp_path: Path
) -> None:
    older = tmp_path / "older.zip"
    with zipfile.ZipFile(archive) as old, zipfile.ZipFile(older, "w") as new:
        said = json.loads(old.read(NAME))
        said["migrations"].remove(LAST_OF_ITS_APP)
        for name in old.namelist():
            new.writestr(name, json.dumps(said) if name == NAME else old.read(name))

    restored = told(tmp_path / "home", "restore", str(older))

    assert restored["changed_versions"] == []
    assert manage(tmp_path / "home", "migrate", "--check").returncode == 0


def test_an_archive_of_a_later_version_is_refused(archive: Path, tmp_path: Path) -> None:
    later = tmp_path / "later.zip"
    with zipfile.ZipFile(archive) as old, zipfile.ZipFile(later, "w") as new:
        said = json.loads(old.read(NAME))
        said["migrations"].append("curation.9999_later")
        for name in old.namelist():
            new.writestr(name, json.dumps(said) if name == NAME else old.read(name))

    refused = manage(tmp_path / "home", "restore", str(later))

    assert refused.returncode == 1
    assert "later version of Concord (curation.9999_later is not known here)" in refused.stderr
    assert not (tmp_path / "home" / "restoring.json").exists()
