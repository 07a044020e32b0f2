"""Rows of an archive into tables that are as they were when it was made."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from itertools import islice
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from curation.archives.manifest import Manifest, Table
from curation.archives.reading import Archive
from curation.archives.values import FOR_DATABASE, converter
from curation.errors import BadInput, CurationError
from curation.services.backups.emptiness import tables_here
from curation.services.backups.schema import known_tables

ROWS = 10_000  # in one transaction


def make_tables(manifest: Manifest) -> None:
    """Make every table anew, in the state in which the archive was made."""
    _drop({*known_tables(), *(table.name for table in manifest.tables)})
    executor = MigrationExecutor(connection)
    executor.migrate(_last_of(set(manifest.migrations), executor.loader))


def fill_tables(archive: Archive, step: Callable[[int, int, str], object]) -> None:
    """Put all rows into their tables; what migrations put there goes.

    Raises:
        CurationError: the database refused rows.
    """
    tables = archive.manifest.tables
    total, done = sum(archive.manifest.rows.values()), 0
    with connection.constraint_checks_disabled() if _sqlite() else nullcontext():
        _empty(tables)
        for table in tables:
            for n_rows in _fill(archive, table):
                done += n_rows
                step(done, total, table.name)
    if _sqlite():
        connection.check_constraints()
    else:
        for table in tables:
            _count_on(table)


def _fill(archive: Archive, table: Table) -> Iterator[int]:
    convert = converter(list(table.kinds), FOR_DATABASE[connection.vendor])
    rows = map(convert, archive.rows(table))
    n_rows = 0
    insert = _insert if _sqlite() else _copy
    try:
        with _together(table):
            while chunk := list(islice(rows, ROWS)):
                insert(table, chunk)
                n_rows += len(chunk)
                yield len(chunk)
    except DatabaseError as error:
        reason = str(error).strip().splitlines()[0]
        raise CurationError(
            f"Table {table.name} could not be filled ({reason}); what is there now is half "
            "restored and stays closed. Mend the cause and run the same command again."
        ) from error
    if n_rows != archive.manifest.rows[table.name]:
        raise BadInput(f"Table {table.name} has fewer rows in the archive than it says.")


def _together(table: Table) -> AbstractContextManager[Any]:
    """One transaction for a table that refers to itself: a row may come before its parent."""
    return transaction.atomic() if table.refers_to_itself else nullcontext()


def _insert(table: Table, rows: list[list[Any]]) -> None:
    marks = ", ".join(["%s"] * len(table.columns))
    sql = f"INSERT INTO {_named(table)} VALUES ({marks})"  # noqa: S608
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(sql, rows)


def _copy(table: Table, rows: list[list[Any]]) -> None:
    with connection.cursor() as cursor, cursor.copy(f"COPY {_named(table)} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _named(table: Table) -> str:
    quoted = connection.ops.quote_name
    return f"{quoted(table.name)} ({', '.join(map(quoted, table.columns))})"


def _empty(tables: Iterable[Table]) -> None:
    names = [connection.ops.quote_name(table.name) for table in tables]
    with connection.cursor() as cursor:
        if _sqlite():
            for name in names:
                cursor.execute(f"DELETE FROM {name}")  # noqa: S608
        elif names:
            cursor.execute(f"TRUNCATE {', '.join(names)} CASCADE")


def _count_on(table: Table) -> None:
    """Let PostgreSQL's counter of a key go on after the rows that came with theirs."""
    quoted = connection.ops.quote_name
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [quoted(table.name), table.key])
        if (sequence := cursor.fetchone()[0]) is None:
            return
        key = f"max({quoted(table.key)})"
        cursor.execute(
            f"SELECT setval(%s, coalesce({key}, 1), {key} IS NOT NULL)"  # noqa: S608
            f" FROM {quoted(table.name)}",
            [sequence],
        )


def _drop(names: set[str]) -> None:
    cascade = "" if _sqlite() else " CASCADE"
    with connection.constraint_checks_disabled(), connection.cursor() as cursor:
        for name in sorted(names & tables_here()):
            cursor.execute(f"DROP TABLE {connection.ops.quote_name(name)}{cascade}")


def _last_of(applied: set[str], loader: MigrationLoader) -> list[tuple[str, str]]:
    """Of each app the last migrations that the archive's tables had seen."""
    nodes = [node for node in loader.graph.nodes if ".".join(node) in applied]
    return [
        node
        for node in nodes
        if not any(
            child.key[0] == node[0] and ".".join(child.key) in applied
            for child in loader.graph.node_map[node].children
        )
    ]


def _sqlite() -> bool:
    return connection.vendor == "sqlite"
