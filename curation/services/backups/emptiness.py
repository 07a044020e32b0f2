"""What may be restored where: into an empty installation, by a version that knows the archive."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from curation.archives.marker import restoring_in
from curation.archives.reading import NUL, Archive
from curation.errors import BadInput
from curation.health.disk import MIB
from curation.services.backups.schema import LEFT_OUT, MADE_BY_MIGRATE, known_tables

MADE_AT_START = frozenset({"secret_key"})  # by whatever command runs first
SPARE = 1.5  # rows take about so much more in a database than in the archive, indexes included
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


def check_target(archive: Archive) -> None:
    """Whether the archive may be restored here.

    Raises:
        BadInput: the installation is not empty, half restored from another archive, too old for
            the archive, or has not enough room.
    """
    home = Path(settings.CONCORD_HOME)
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    restoring = restoring_in(home)
    if restoring and restoring.sha256 not in {archive.sha256, ""}:
        raise BadInput(restoring.sentence())
    _check_version(archive)
    if not restoring:
        _check_empty(archive, home)
    _check_room(archive, home)


def refuse_nul(name: str, block: bytes) -> None:
    """SQLite keeps the character NUL, PostgreSQL cannot: say so before anything is changed."""
    rows = name.startswith("rows/") and connection.vendor == "postgresql"
    if rows and NUL in block and _NUL.search(block):
        raise BadInput(
            f"{name} holds the character NUL, which PostgreSQL cannot keep; take it out of the "
            "texts where the backup was made, and make another."
        )


def tables_here() -> set[str]:
    with connection.cursor() as cursor:
        return set(connection.introspection.table_names(cursor))


def _check_version(archive: Archive) -> None:
    nodes = MigrationLoader(connection).graph.nodes
    known = {f"{app}.{name}" for app, name in nodes}
    if unknown := sorted(set(archive.manifest.migrations) - known):
        raise BadInput(
            f"The archive was made by a later version of Concord ({unknown[0]} is not known "
            "here); upgrade this installation first."
        )


def _check_empty(archive: Archive, home: Path) -> None:
    looked_at = (known_tables() & tables_here()) - LEFT_OUT - MADE_BY_MIGRATE
    for table in sorted(looked_at - {"django_migrations"}):
        if _has_rows(table):
            raise BadInput(
                f"This installation is not empty (table {table} has rows), so nothing was "
                "restored; set CONCORD_HOME and DATABASE_URL to an empty one."
            )
    for _, place in archive.files():
        if place.as_posix() not in MADE_AT_START and (home / place).exists():
            raise BadInput(
                f"{home / place} exists already, so nothing was restored; set CONCORD_HOME to an "
                "empty folder."
            )


def _check_room(archive: Archive, home: Path) -> None:
    parts = archive.manifest.parts
    needed = sum(part.size * (SPARE if part.name.startswith("rows/") else 1) for part in parts)
    free = shutil.disk_usage(home).free
    if needed > free:
        raise BadInput(
            f"Restoring takes about {int(needed) // MIB:,} MiB, and {free // MIB:,} MiB are free "
            f"where {home} lies; free some space first."
        )


def _has_rows(table: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 FROM {connection.ops.quote_name(table)} LIMIT 1")  # noqa: S608
        return cursor.fetchone() is not None
