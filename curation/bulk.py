"""Writing rows without a model instance for each: many at once, or one in a hurry.

`bulk_create` spends its time making instances (about 14,000 rows a second on both databases);
`executemany` on SQLite and `COPY` on PostgreSQL are five to seven times faster.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar

from django.db import connection, models

T = TypeVar("T")

PLAIN = (models.TextField, models.CharField, models.IntegerField, models.ForeignKey)


def chunked(rows: Iterable[T], size: int) -> Iterator[list[T]]:
    """Lists of at most `size` rows, in order.

    >>> list(chunked("abcde", 2))
    [['a', 'b'], ['c', 'd'], ['e']]
    """
    iterator = iter(rows)
    while chunk := list(islice(iterator, size)):
        yield chunk


def insert_rows(
    model: type[models.Model], fields: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Insert `rows`, values in the order of `fields`, inside the caller's transaction.

    Values are prepared by the fields (JSON, times), but model defaults and `auto_now` do not
    apply: name every column that must not be null.
    """
    columns = [model._meta.get_field(name) for name in fields]
    prepare = [_preparation(column) for column in columns]
    prepared = ([to(value) for to, value in zip(prepare, row, strict=True)] for row in rows)
    quote = connection.ops.quote_name
    table = quote(model._meta.db_table)
    names = ", ".join(quote(str(column.column)) for column in columns)  # type: ignore[union-attr]
    if connection.vendor == "postgresql":
        _copy(table, names, prepared)
        return
    marks = ", ".join(["%s"] * len(columns))
    with connection.cursor() as cursor:
        for chunk in chunked(prepared, 5_000):
            # identifiers come from the model and are quoted, values are parameters
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", chunk)  # noqa: S608


def insert_row(model: type[models.Model], **values: Any) -> None:
    """Insert one row, where there is no time to make an instance; see `insert_rows`."""
    columns = [model._meta.get_field(name) for name in values]
    quote = connection.ops.quote_name
    names = ", ".join(quote(str(column.column)) for column in columns)  # type: ignore[union-attr]
    marks = ", ".join(["%s"] * len(columns))
    prepared = [
        column.get_db_prep_save(value, connection)  # type: ignore[union-attr]
        for column, value in zip(columns, values.values(), strict=True)
    ]
    with connection.cursor() as cursor:
        # identifiers come from the model and are quoted, values are parameters
        cursor.execute(
            f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES ({marks})",  # noqa: S608
            prepared,
        )


def delete_row(row: models.Model) -> None:
    """Delete one row that nothing points to, where there is no time to look for what might."""
    quote = connection.ops.quote_name
    table, key = quote(row._meta.db_table), quote(str(row._meta.pk.column))
    with connection.cursor() as cursor:
        # identifiers come from the model and are quoted, the key is a parameter
        cursor.execute(f"DELETE FROM {table} WHERE {key} = %s", [row.pk])  # noqa: S608


def update_rows(
    model: type[models.Model], fields: Sequence[str], rows: Iterable[models.Model]
) -> None:
    """Write `fields` of stored `rows`, inside the caller's transaction.

    One statement for all, run row by row: `bulk_update` builds a CASE for each field and row, which
    costs milliseconds a row.
    """
    columns = [model._meta.get_field(name) for name in fields]
    prepared = [
        [
            *(
                column.get_db_prep_save(getattr(row, column.attname), connection)  # type: ignore[union-attr]
                for column in columns
            ),
            row.pk,
        ]
        for row in rows
    ]
    if not prepared:
        return
    quote = connection.ops.quote_name
    sets = ", ".join(f"{quote(str(column.column))} = %s" for column in columns)  # type: ignore[union-attr]
    key = quote(str(model._meta.pk.column))
    # identifiers come from the model and are quoted, values are parameters
    statement = f"UPDATE {quote(model._meta.db_table)} SET {sets} WHERE {key} = %s"  # noqa: S608
    with connection.cursor() as cursor:
        if len(prepared) == 1:
            cursor.execute(statement, prepared[0])
        else:
            cursor.executemany(statement, prepared)


def count_rows_for_planner(model: type[models.Model]) -> None:
    """Let PostgreSQL see what was just written; by itself it looks only a minute later.

    Until then it may sort a million rows where an index gives one. SQLite plans by its indexes.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}")


def _preparation(column: Any) -> Callable[[Any], Any]:
    """How values of the column become what the database is given.

    Django asks the field for each value; text, keys and whole numbers mostly come out as they went
    in, which is not worth a microsecond each.
    """
    as_it_is = isinstance(column, PLAIN)

    def prepare(value: Any) -> Any:
        if as_it_is and type(value) in (str, int):
            return value
        return column.get_db_prep_save(value, connection)

    return prepare


def _copy(table: str, names: str, rows: Iterable[Sequence[Any]]) -> None:
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
