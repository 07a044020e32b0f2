"""Making a backup: a snapshot of the rows, then the files, verified before it takes its name."""

from __future__ import annotations

import hashlib
import json
import os
import re
import sqlite3
import time
import tomllib
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import connection

from curation.archives.collecting import files_to_keep, is_sqlite
from curation.archives.manifest import Manifest, Table
from curation.archives.reading import HOME, opened
from curation.archives.writing import ArchiveWriter
from curation.errors import BadInput
from curation.files import ABANDONED_SECONDS, private_file, scratch_of, written_whole
from curation.progress import Progress, silent
from curation.services.backups.schema import applied_migrations, kept_tables
from curation.services.backups.snapshot import one_moment, rows_of

NAMED = re.compile(r"concord-\d{8}T\d{6}Z\.zip")  # by when they were made
LAST = "backup.json"  # in CONCORD_HOME: when the last one was made


@dataclass(frozen=True, kw_only=True)
class Foreseen:
    """What a backup would hold."""

    path: str
    tables: int
    rows: int
    files: int
    file_bytes: int


@dataclass(frozen=True, kw_only=True)
class Made:
    """A backup that was written and read back."""

    path: str
    made_at: str  # ISO 8601
    tables: int
    rows: int
    files: int
    bytes: int  # of the archive
    secret_key_inside: bool  # False: it is in CONCORD_SECRET_KEY and must be kept elsewhere


def foresee_backup(target: Path) -> Foreseen:
    """Count what `make_backup` would write; nothing is written."""
    path = _path_for(target)
    tables, files = kept_tables(), list(_files(path))
    home = Path(settings.CONCORD_HOME)
    return Foreseen(
        path=str(path),
        tables=len(tables),
        rows=sum(_count(table) for table in tables),
        files=len(files),
        file_bytes=sum((home / file).stat().st_size for file in files),
    )


def make_backup(target: Path, *, progress: Progress = silent) -> Made:
    """Write an archive while the installation is in use; whole and verified, or not at all.

    Args:
        target: a folder, which gets a file named by the time; or the file, which must not exist.

    Raises:
        BadInput: the file exists, or its folder does not.
        OSError: it cannot be written; nothing is left.
    """
    path = _path_for(target)
    if path.exists():
        raise BadInput(f"{path} exists already; name another file.")
    if not path.parent.is_dir():
        raise BadInput(f"There is no folder {path.parent}; make it first.")
    _sweep(path.parent)
    with written_whole(path) as scratch:
        manifest = _write(scratch, path, progress)
        with opened(scratch) as archive:
            archive.verify(lambda done, total: progress(done, total, "reading it back"))
        size = scratch.stat().st_size
    _flush_folder(path.parent)
    made = Made(
        path=str(path),
        made_at=manifest.made_at,
        tables=len(manifest.tables),
        rows=sum(manifest.rows.values()),
        files=len(manifest.modes),
        bytes=size,
        secret_key_inside=f"{HOME}secret_key" in manifest.modes,
    )
    _remember(made)
    return made


def prune(folder: Path, *, keep: int) -> list[str]:
    """Remove all but the newest `keep` ≥ 1 archives that were named by their time."""
    if keep < 1:
        raise BadInput("Keep at least one backup.")
    named = sorted(path for path in folder.glob("concord-*.zip") if NAMED.fullmatch(path.name))
    for path in named[:-keep]:
        path.unlink()
    return [str(path) for path in named[:-keep]]


def last_backup(home: Path) -> Made | None:
    """The last backup that this installation made; None: none, or nobody knows."""
    with suppress(OSError, ValueError, TypeError):
        return Made(**json.loads((home / LAST).read_text(encoding="utf-8")))
    return None


def secret_key_digest() -> str:
    """By it a restored installation knows whether it has the key that made its pseudonyms."""
    return hashlib.sha256(f"concord backup {settings.SECRET_KEY}".encode()).hexdigest()


def _write(scratch: Path, path: Path, progress: Progress) -> Manifest:
    tables, rows, modes = kept_tables(), dict[str, int](), dict[str, int]()
    made_at = datetime.now(UTC).isoformat(timespec="seconds")
    with private_file(scratch) as file, ArchiveWriter(file) as writer:
        with one_moment():
            migrations = applied_migrations()
            total, done = sum(_count(table) for table in tables), 0
            for table in tables:
                rows[table.name] = _add_rows(writer, table)
                done += rows[table.name]
                progress(done, max(done, total), table.name)
        for relative in _files(path):
            progress(done, max(done, total), relative.name)
            _add_file(writer, relative, modes)
        manifest = Manifest(
            made_at=made_at,
            concord=_version(),
            database=connection.vendor,
            migrations=migrations,
            tables=tuple(tables),
            rows=rows,
            parts=tuple(writer.parts),
            modes=modes,
            secret_key=secret_key_digest(),
        )
        writer.finish(manifest.as_json())
        file.flush()
        os.fsync(file.fileno())
    return manifest


def _add_rows(writer: ArchiveWriter, table: Table) -> int:
    n_rows = 0

    def blocks() -> Iterator[bytes]:
        nonlocal n_rows
        for lines in rows_of(table):
            n_rows += len(lines)
            yield b"".join(lines)

    writer.add(table.part, blocks())
    return n_rows


def _add_file(writer: ArchiveWriter, relative: Path, modes: dict[str, int]) -> None:
    path = Path(settings.CONCORD_HOME) / relative
    name = HOME + relative.as_posix()
    with suppress(FileNotFoundError):  # gone since the folder was listed
        mode = path.stat().st_mode & 0o777
        if is_sqlite(path):
            _add_database(writer, name, path)
        else:
            writer.add_file(name, path)
        modes[name] = mode


def _add_database(writer: ArchiveWriter, name: str, path: Path) -> None:
    """A copy of another program's database (Label Studio's) as it is between two writes."""
    copy = scratch_of(path)
    try:
        with (
            closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as source,
            closing(sqlite3.connect(copy)) as target,
        ):
            source.backup(target)
        writer.add_file(name, copy)
    finally:
        copy.unlink(missing_ok=True)


def _path_for(target: Path) -> Path:
    target = target.expanduser().absolute()
    if not target.is_dir():
        return target
    return target / f"concord-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.zip"


def _files(path: Path) -> Iterator[Path]:
    home, name = Path(settings.CONCORD_HOME), connection.settings_dict["NAME"]
    database = Path(str(name)).absolute() if connection.vendor == "sqlite" else None
    return files_to_keep(home, database=database, target=path)


def _count(table: Table) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table.name)}")  # noqa: S608
        return int(cursor.fetchone()[0])


def _remember(made: Made) -> None:
    with suppress(OSError), written_whole(Path(settings.CONCORD_HOME) / LAST) as scratch:
        scratch.write_text(json.dumps(asdict(made)), encoding="utf-8")


def _sweep(folder: Path) -> None:
    """Take away what backups left that were killed more than a day ago."""
    for left in folder.glob(".concord-*.zip.*.*"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > ABANDONED_SECONDS:
                left.unlink()


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _version() -> str:
    with (Path(settings.BASE_DIR) / "pyproject.toml").open("rb") as file:
        return str(tomllib.load(file)["project"]["version"])
