"""`export` and `import_dataset` as commands: stopped, gone on with, and back again."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from django.core.management import CommandError, call_command

from curation.exporters import WRITERS, Row, Table
from curation.models import DatasetVersion, Project
from tests.factories import make_curated, make_project

pytestmark = pytest.mark.django_db


@pytest.fixture
def project() -> Project:
    project = make_project("jokes")
    make_curated(project)
    return project


def run(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def stops_at(name: str) -> Any:
    """A writer of CSV that is stopped by Ctrl+C when it comes to the table of that name."""
    write_csv = WRITERS["csv"]

    def write(table: Table, rows: Iterable[Row], sink: BinaryIO) -> Iterator[int]:
        if table.name == name:
            sink.write(b"half a line")
            raise KeyboardInterrupt
        return write_csv(table, rows, sink)

    return write


def test_an_export_that_was_stopped_goes_on_and_says_so(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = ("export", "jokes", "1", "--format", "csv", "--to", str(tmp_path / "out"))
    with monkeypatch.context() as patch:
        patch.setitem(WRITERS, "csv", stops_at("votes"))
        with pytest.raises(CommandError, match="what was finished is kept"):
            run(*order)
    stopped = sorted(path.name for path in (tmp_path / "out").iterdir())

    said = run(*order)
    again = run(*order)

    assert stopped == [".jokes-v1-csv.partial"]
    assert "Went on from an export that was cut short: rows.csv, dropped.csv" in said
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["jokes-v1-csv"]
    assert "is this export already" in again


def test_out_and_in_again_by_commands(project: Project, tmp_path: Path) -> None:
    to = str(tmp_path / "jokes.zip")
    out = json.loads(run("export", "jokes", "2", "--format", "croissant", "--to", to, "--json"))

    back = json.loads(run("import_dataset", to, "--slug", "copy", "--json"))
    twice = run("import_dataset", to, "--slug", "copy")

    original = DatasetVersion.objects.get(project=project, number=2)
    assert (out["path"], out["rows"], out["reused"]) == (to, 6, [])
    assert back == {
        "project": "copy", "version": 2, "fingerprint": original.fingerprint, "rows": 10,
        "votes": 30, "unchanged": False,
    }  # fmt: skip
    assert "is here already" in twice


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("export", "other", "1"), "There is no project 'other'"),
        (("export", "jokes", "7"), "has no dataset version 7"),
        (("export", "jokes", "1", "--format", "xlsx"), "invalid choice: 'xlsx'"),
        (("import_dataset", "nowhere"), "There is no file or folder 'nowhere'"),
        (("import_dataset", ".", "--slug", "No Name"), "checksums.sha256 is missing"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    project: Project, arguments: tuple[str, ...], sentence: str, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)

    with pytest.raises(CommandError, match=sentence):
        run(*arguments)
