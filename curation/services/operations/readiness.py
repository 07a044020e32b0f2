"""Whether this process can serve: the database answers, its tables are ours, the disk has room."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.loader import MigrationLoader

from curation.archives.marker import restoring_in
from curation.health.disk import disk_space
from curation.health.findings import Level


class _NotYet(Exception):
    """Not kept by the cache: asked again next time."""


def shortcomings() -> list[str]:
    """Why this process should get no requests, in sentences; none when it should."""
    home = Path(settings.CONCORD_HOME)
    restoring = restoring_in(home)
    disk = disk_space(home)
    found = [
        restoring.sentence() if restoring else "",
        database_trouble(),
        f"{disk.says} {disk.mend}" if disk.level == Level.PROBLEM else "",
    ]
    return [sentence for sentence in found if sentence]


def database_trouble() -> str:
    """Why the database cannot be worked with, a sentence; "" when it can."""
    try:
        if not connection.in_atomic_block:  # within one it would always be closed
            connection.close_if_unusable_or_obsolete()
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        _check_tables()
    except _NotYet as error:
        return str(error)
    except (DatabaseError, InterfaceError) as error:
        connection.close()
        return f"The database does not answer ({type(error).__name__}); is its server running?"
    return ""


def missing_migrations() -> list[str]:
    """Migrations that the database lacks, as "app.name"."""
    loader = MigrationLoader(connection)
    wanted = set(loader.graph.nodes) - set(loader.applied_migrations)
    return sorted(f"{app}.{name}" for app, name in wanted)


@cache
def _check_tables() -> None:
    """Looked at until they are as they should be: they stay so while this process lives."""
    if missing := missing_migrations():
        raise _NotYet(
            f"The database lacks {len(missing)} migrations ({missing[0]} first); "
            "run manage.py migrate."
        )
