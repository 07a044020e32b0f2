"""Which files of CONCORD_HOME an archive must hold: those that cannot be worked out again."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

# caches, locks, scratch; what is not named here goes into the archive
WORKED_OUT_AGAIN = frozenset(
    {
        "agreement", "aggregators", "annotators", "counts", "embeddings", "evidence", "lately",
        "maps", "metrics", "pulling", "uploads", "versions", "limits.sqlite3", "restoring.json",
        "backup.json",
        "label_studio/venv", "label_studio/installed", "label_studio/server.pid",
        "label_studio/server.log",
    }
)  # fmt: skip
_SCRATCH = re.compile(r"\..+\.\d+(\.\d+)?|.+\.(lock|pid)|.+-(wal|shm|journal)|concord-.+\.zip")
SQLITE_HEADER = b"SQLite format 3\x00"


def files_to_keep(home: Path, *, database: Path | None, target: Path | None) -> Iterator[Path]:
    """Files below `home` in the order of their names, relative to it; links are left out.

    Args:
        database: our own SQLite file, whose rows are kept in another form.
        target: where archives are written; it may lie below `home`.
    """
    for folder, names, files in os.walk(home):
        place = Path(folder)
        names[:] = sorted(name for name in names if _kept(home, place / name, target))
        for name in sorted(files):
            path = place / name
            if _kept(home, path, target) and path.is_file() and not _same(path, database):
                yield path.relative_to(home)


def _same(path: Path, other: Path | None) -> bool:
    return other is not None and path.name == other.name and path.samefile(other)


def is_sqlite(path: Path) -> bool:
    """Whether the file is a SQLite database, which must not be copied while it is in use."""
    with path.open("rb") as file:
        return file.read(len(SQLITE_HEADER)) == SQLITE_HEADER


def _kept(home: Path, path: Path, target: Path | None) -> bool:
    named = path.relative_to(home).as_posix()
    return not (
        named in WORKED_OUT_AGAIN
        or _SCRATCH.fullmatch(path.name)
        or path.is_symlink()
        or path == target
    )
