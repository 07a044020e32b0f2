"""A backup is whole, holds what cannot be made again, and is refused when anything is wrong."""

from __future__ import annotations

import json
import os
import sqlite3
import time
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

from curation.archives.manifest import NAME
from curation.archives.reading import opened
from curation.errors import BadInput
from curation.models import Example
from curation.services.backups import (
    foresee_backup,
    foresee_restore,
    last_backup,
    make_backup,
    prune,
)
from curation.services.backups.schema import kept_tables
from tests.factories import annotate, make_example, make_project

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "backups").mkdir()
    return tmp_path / "backups"


def made(folder: Path) -> Path:
    return Path(make_backup(folder).path)


def rewritten(path: Path, **changed: bytes) -> Path:
    """The archive with some parts replaced, its manifest left as it was."""
    other = path.with_name("changed.zip")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(other, "w") as new:
        for name in old.namelist():
            new.writestr(name, changed.pop(name, old.read(name)))
        for name, content in changed.items():
            new.writestr(name, content)
    return other


def verified(path: Path) -> None:
    with opened(path) as archive:
        archive.verify(lambda done, total: None)


def test_an_archive_holds_rows_as_they_are(folder: Path) -> None:
    project = make_project()
    text = 'a "text"\n\twith\\everything 🙂'
    make_example(project, text, name="odd")
    annotate(project, ["joke", "news"])

    path = made(folder)

    with opened(path) as archive:
        tables = {table.name: table for table in archive.manifest.tables}
        example = tables["curation_example"]
        rows = [dict(zip(example.columns, row, strict=True)) for row in archive.rows(example)]
    assert [row["text"] for row in rows if row["external_id"] == "odd"] == [text]
    assert archive.manifest.rows["curation_annotation"] == 2
    assert path.stat().st_mode & 0o077 == 0


def test_a_table_comes_after_those_it_refers_to() -> None:
    names = [table.name for table in kept_tables()]

    for first, then in [
        ("curation_project", "curation_example"),
        ("curation_task", "curation_annotation"),
        ("generation_call", "generation_attribute"),
        ("auth_user", "auth_user_groups"),
    ]:
        assert names.index(first) < names.index(then)
    assert not {"django_session", "usersessions_usersession"} & set(names)


def test_files_that_can_be_worked_out_again_stay_out(folder: Path, concord_home: Path) -> None:
    for name in ("runs/jokes/1/model.bin", "label_studio_tokens.json", "secret_key"):
        (concord_home / name).parent.mkdir(parents=True, exist_ok=True)
        (concord_home / name).write_bytes(b"kept")
    for name in (
        "uploads/1-texts.csv",
        "limits.sqlite3",
        "embeddings/minilm/1.npy",
        "label_studio/venv/bin/python",
        "pulling/1.lock",
    ):
        (concord_home / name).parent.mkdir(parents=True, exist_ok=True)
        (concord_home / name).write_bytes(b"not kept")
    (concord_home / "secret_key").chmod(0o600)

    path = made(folder)

    with opened(path) as archive:
        places = {place.as_posix() for _, place in archive.files()}
    assert places == {"runs/jokes/1/model.bin", "label_studio_tokens.json", "secret_key"}
    assert archive.manifest.modes["home/secret_key"] == 0o600


def test_another_programs_database_is_copied_between_two_writes(
    folder: Path, concord_home: Path
) -> None:
    place = concord_home / "label_studio" / "data" / "label_studio.sqlite3"
    place.parent.mkdir(parents=True)
    with closing(sqlite3.connect(place)) as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("CREATE TABLE answers (n)")
        database.execute("INSERT INTO answers VALUES (7)")
        database.commit()  # still in the log beside it

        path = made(folder)

    with zipfile.ZipFile(path) as archive:
        copy = Path(archive.extract("home/label_studio/data/label_studio.sqlite3", folder))
        assert not [name for name in archive.namelist() if name.endswith("-wal")]
    with closing(sqlite3.connect(copy)) as database:
        assert database.execute("SELECT n FROM answers").fetchall() == [(7,)]


def test_a_look_first_writes_nothing(folder: Path) -> None:
    make_example(make_project())

    foreseen = foresee_backup(folder)

    assert foreseen.rows > 3
    assert list(folder.iterdir()) == []


def test_a_backup_is_remembered_and_never_overwritten(folder: Path, concord_home: Path) -> None:
    path = made(folder)

    remembered = last_backup(concord_home)

    assert remembered is not None
    assert remembered.path == str(path)
    with pytest.raises(BadInput, match="exists already"):
        make_backup(path)


def test_a_backup_that_cannot_be_finished_leaves_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("curation.archives.writing.ArchiveWriter.finish", full)

    with pytest.raises(OSError, match="No space"):
        make_backup(folder)

    assert list(folder.iterdir()) == []


def test_what_a_killed_backup_left_is_swept_a_day_later(folder: Path) -> None:
    left = folder / ".concord-20260101T000000Z.zip.7.7"
    left.touch()
    os.utime(left, (0, time.time() - 2 * 24 * 3600))

    made(folder)

    assert not left.exists()


def test_the_newest_backups_are_kept_and_other_files_left_alone(folder: Path) -> None:
    for day in ("01", "02", "03"):
        (folder / f"concord-202601{day}T000000Z.zip").touch()
    (folder / "concord-mine.zip").touch()

    prune(folder, keep=2)

    assert sorted(path.name for path in folder.iterdir()) == [
        "concord-20260102T000000Z.zip",
        "concord-20260103T000000Z.zip",
        "concord-mine.zip",
    ]


def test_a_damaged_archive_is_refused(folder: Path) -> None:
    make_example(make_project(), name="e1")
    path = made(folder)
    with zipfile.ZipFile(path) as archive:
        rows = archive.read("rows/curation_example.jsonl")

    with pytest.raises(BadInput, match="checksum does not fit"):
        verified(rewritten(path, **{"rows/curation_example.jsonl": rows.replace(b"e1", b"e2")}))


def test_a_torn_archive_is_refused(folder: Path) -> None:
    path = made(folder)
    torn = folder / "torn.zip"
    torn.write_bytes(path.read_bytes()[:-200])

    with pytest.raises(BadInput, match="torn, damaged or no backup"):
        verified(torn)


def test_a_part_that_leads_outside_is_refused(folder: Path) -> None:
    path = made(folder)
    with zipfile.ZipFile(path) as archive:
        said = json.loads(archive.read(NAME))
    said["parts"].append({"name": "home/../../evil", "size": 0, "sha256": ""})
    bad = rewritten(path, **{NAME: json.dumps(said).encode(), "home/../../evil": b""})

    with pytest.raises(BadInput, match="leads outside"):
        verified(bad)


def test_a_manifest_of_a_later_form_is_refused(folder: Path) -> None:
    path = made(folder)
    later = rewritten(path, **{NAME: b'{"format": 2}'})

    with pytest.raises(BadInput, match="has form 2"):
        verified(later)


def test_an_installation_in_use_is_never_overwritten(folder: Path) -> None:
    make_example(make_project())
    path = made(folder)

    with pytest.raises(BadInput, match="is not empty"):
        foresee_restore(path)

    assert Example.objects.count() == 1
