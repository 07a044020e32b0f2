"""Rows as they all were at one moment, while others go on writing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from curation.archives.manifest import Table
from curation.archives.values import TO_PORTABLE, converter

ROWS = 2_000  # held at once


@contextmanager
def one_moment() -> Iterator[None]:
    """Whatever is read in the block, is read as it was at its beginning; nobody is kept waiting."""
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "sqlite":
        with _deferred():
            yield
    else:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield


@contextmanager
def _deferred() -> Iterator[None]:
    """A transaction that only reads: `atomic` would take the lock that writers need."""
    with connection.cursor() as cursor:
        cursor.execute("BEGIN DEFERRED")
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")


def rows_of(table: Table) -> Iterator[list[bytes]]:
    """The rows as lines of JSON, by key, some thousand at a time.

    Read below the models: what a field keeps encrypted stays encrypted.
    """
    quoted = connection.ops.quote_name
    columns = ", ".join(quoted(column) for column in table.columns)
    to_portable = converter(list(table.kinds), TO_PORTABLE)
    with connection.chunked_cursor() as cursor:
        cursor.execute(
            f"SELECT {columns} FROM {quoted(table.name)} ORDER BY {quoted(table.key)}"  # noqa: S608
        )
        while rows := cursor.fetchmany(ROWS):
            yield [_line(to_portable(list(row))) for row in rows]


def _line(row: list[object]) -> bytes:
    return json.dumps(row, separators=(",", ":")).encode() + b"\n"
