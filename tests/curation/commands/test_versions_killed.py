"""Freezing, exporting, importing and what is kept for pages, with the process killed halfway."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.curation.commands.main_job import ROOT

DJANGO = """
import os, signal
os.environ["DJANGO_SETTINGS_MODULE"] = "curation.settings"
import django
django.setup()
from curation.models import Project
from curation.progress import silent
def die(*arguments, **options):
    os.kill(os.getpid(), signal.SIGKILL)
"""
MAKE = """
from django.core.management import call_command
call_command("migrate", verbosity=0)
from tests.factories import make_curated, make_project
make_curated(make_project("jokes"))
"""
CURATE = """
from curation.datasets import Policy
from curation.services.datasets import curate_dataset, freezing
def half(version, rows):
    write(version, rows[:4])
    die()
write, freezing._write = freezing._write, half
curate_dataset(Project.objects.get(slug="jokes"), Policy(keep_all=True))
"""
EXPORT = """
from django.core.management import call_command
from curation.exporters import WRITERS
def half(table, rows, sink):
    if table.name == "votes":
        sink.write(b"half a line")
        sink._sink.flush()
        die()
    return write(table, rows, sink)
write, WRITERS["csv"] = WRITERS["csv"], half
call_command("export", "jokes", "1", "--format", "csv", "--to", "out")
"""
EXPORT_ZIP = EXPORT.replace('"out"', '"out.zip"')
IMPORT = """
from django.core.management import call_command
from curation.services import importing_versions
importing_versions._check_same = die
call_command("import_dataset", "out", slug="copy")
"""
AGGREGATORS = """
from pathlib import Path
from curation.services.aggregating.comparing import compare_aggregators
from curation import files
write = Path.write_text
def half(self, text, **options):
    write(self, text[:100], **options)
    die()
Path.write_text = half
compare_aggregators(Project.objects.get(slug="jokes"), silent)
"""
EVIDENCE = """
import numpy as np
from curation.services.exploring import keep_evidence
save, saved = np.save, []
def half(path, array):
    saved.append(path)
    save(path, array) if len(saved) < 5 else die()
np.save = half
keep_evidence(Project.objects.get(slug="jokes"), aggregator="majority")
"""
LOOK = """
from curation.services.aggregating.comparing import compare_aggregators, kept_comparison
from curation.services.exploring import find_evidence
project = Project.objects.get(slug="jokes")
before = kept_comparison(project)
print(before is None)
print(compare_aggregators(project, silent).found == kept_comparison(project).found)
print(find_evidence(project, aggregator="majority").evidence.examples)
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with two versions of ten rows."""
    home = tmp_path_factory.mktemp("made")
    assert run(home, "-c", DJANGO + MAKE).returncode == 0
    return home


@pytest.fixture
def home(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "home"))


def run(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "CONCORD_HOME": str(home), "PYTHONPATH": str(ROOT)}
    environment.pop("DATABASE_URL", None)
    return subprocess.run(
        [sys.executable, *arguments], cwd=home, env=environment, capture_output=True, text=True,
        timeout=120, check=False,
    )  # fmt: skip


def manage(home: Path, *arguments: str) -> str:
    """A command as a user gives it; what it said."""
    ended = run(home, str(ROOT / "manage.py"), *arguments)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def kill_in(home: Path, script: str) -> None:
    ended = run(home, "-c", DJANGO + script)
    assert ended.returncode == -signal.SIGKILL, ended.stderr


def counts(home: Path) -> list[int]:
    """Projects, examples, votes, versions and rows of versions."""
    tables = ("project", "example", "annotation", "datasetversion", "datasetexample")
    with sqlite3.connect(home / "concord.sqlite3") as database:
        return [
            database.execute(f"SELECT count(*) FROM curation_{name}").fetchone()[0]
            for name in tables
        ]


def files(folder: Path) -> Sequence[tuple[str, bytes]]:
    return [
        (str(path.relative_to(folder)), path.read_bytes())
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    ]


def test_a_version_killed_half_written_is_not_there_and_is_whole_the_next_time(home: Path) -> None:
    before = counts(home)

    kill_in(home, CURATE)

    assert counts(home) == before
    assert "Froze version 3 with 10 rows" in manage(home, "curate", "jokes", "--keep-all")
    assert counts(home) == [1, 10, 30, 3, 30]
    assert "There already: version 3" in manage(home, "curate", "jokes", "--keep-all")


def test_an_export_killed_halfway_goes_on_and_is_the_same_as_one_left_alone(home: Path) -> None:
    order = ("export", "jokes", "1", "--format", "csv", "--to")
    manage(home, *order, "quiet")

    kill_in(home, EXPORT)
    kill_in(home, EXPORT)
    killed = [path.name for path in (home / "out").iterdir()]
    said = manage(home, *order, "out")

    assert killed == [".jokes-v1-csv.partial"]
    assert "rows.csv, dropped.csv had been written" in said
    assert files(home / "out") == files(home / "quiet")


def test_a_zip_killed_halfway_is_not_there_and_is_whole_the_next_time(home: Path) -> None:
    order = ("export", "jokes", "1", "--format", "csv", "--to")
    manage(home, *order, "quiet.zip")

    kill_in(home, EXPORT_ZIP)
    killed = (home / "out.zip").exists()
    manage(home, *order, "out.zip")

    assert not killed
    assert (home / "out.zip").read_bytes() == (home / "quiet.zip").read_bytes()


def test_an_import_killed_before_its_end_leaves_nothing_and_is_whole_the_next_time(
    home: Path,
) -> None:
    manage(home, "export", "jokes", "1", "--to", "out")
    before = counts(home)

    kill_in(home, IMPORT)

    assert counts(home) == before
    assert "Imported version 1 of copy" in manage(home, "import_dataset", "out", "--slug", "copy")
    assert counts(home) == [2, 20, 60, 3, 30]
    assert "is here already" in manage(home, "import_dataset", "out", "--slug", "copy")
    assert counts(home) == [2, 20, 60, 3, 30]


def test_what_pages_keep_is_never_read_half(home: Path) -> None:
    kill_in(home, AGGREGATORS)
    kill_in(home, EVIDENCE)

    looked = run(home, "-c", DJANGO + LOOK)

    assert looked.stdout.split() == ["True", "True", "10"], looked.stderr


def test_commands_given_twice_at_once_do_it_once(home: Path) -> None:
    manage(home, "export", "jokes", "1", "--to", "out")

    ended = at_once(
        home,
        *[("import_dataset", "out", "--slug", "copy")] * 2,
        *[("curate", "jokes", "--keep-all")] * 2,
    )

    assert [code for code, _ in ended] == [0] * 4, ended
    said = [words for _, words in ended]
    assert sum("Imported version 1" in words for words in said[:2]) == 1
    assert sum("Froze version 3" in words for words in said[2:]) == 1
    assert counts(home) == [2, 20, 60, 4, 40]


def at_once(home: Path, *orders: Sequence[str]) -> list[tuple[int, str]]:
    with ThreadPoolExecutor(len(orders)) as crowd:
        manage_py = str(ROOT / "manage.py")
        ended = list(crowd.map(lambda order: run(home, manage_py, *order), orders))
    return [(one.returncode, one.stdout + one.stderr) for one in ended]
