"""Values of columns as JSON says them, whatever database they come from or go to."""

from __future__ import annotations

import base64
import json
import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

Convert = Callable[[Any], Any]


class Kind(StrEnum):
    """What a column holds."""

    INTEGER = "integer"
    FLOAT = "float"
    BOOLEAN = "boolean"
    TEXT = "text"
    JSON = "json"
    DATETIME = "datetime"
    DATE = "date"
    TIME = "time"
    DURATION = "duration"
    UUID = "uuid"
    DECIMAL = "decimal"
    BINARY = "binary"


def _moment(value: Any) -> str:
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)  # SQLite keeps UTC
    return aware.astimezone(UTC).isoformat()


def _microseconds(value: Any) -> int:
    return value // timedelta(microseconds=1) if isinstance(value, timedelta) else int(value)


def _iso(value: date | time | str) -> str:
    return value if isinstance(value, str) else value.isoformat()


# as a database driver gives it → as JSON says it; kinds that are missing stay as they are
TO_PORTABLE: dict[Kind, Convert] = {
    Kind.BOOLEAN: bool,
    Kind.JSON: lambda value: json.loads(value) if isinstance(value, str | bytes) else value,
    Kind.DATETIME: _moment,
    Kind.DATE: _iso,
    Kind.TIME: _iso,
    Kind.DURATION: _microseconds,
    Kind.UUID: lambda value: str(value if isinstance(value, uuid.UUID) else uuid.UUID(value)),
    Kind.DECIMAL: str,
    Kind.BINARY: lambda value: base64.b64encode(bytes(value)).decode(),
}
# and back, as SQLite stores it
TO_SQLITE: dict[Kind, Convert] = {
    Kind.BOOLEAN: int,
    Kind.JSON: json.dumps,
    Kind.DATETIME: lambda value: str(datetime.fromisoformat(value).replace(tzinfo=None)),
    Kind.UUID: lambda value: uuid.UUID(value).hex,
    Kind.BINARY: base64.b64decode,
}
# and as PostgreSQL's COPY reads it
TO_POSTGRESQL: dict[Kind, Convert] = {
    Kind.JSON: json.dumps,
    Kind.DURATION: lambda value: f"{value} microseconds",
    Kind.BINARY: base64.b64decode,
}
FOR_DATABASE = {"sqlite": TO_SQLITE, "postgresql": TO_POSTGRESQL}


def converter(kinds: list[Kind], how: dict[Kind, Convert]) -> Callable[[list[Any]], list[Any]]:
    """A function that converts a row in place, touching only the columns that need it.

    >>> to_sqlite = converter([Kind.INTEGER, Kind.BOOLEAN, Kind.BOOLEAN], TO_SQLITE)
    >>> to_sqlite([7, True, None])
    [7, 1, None]
    """
    touched = [(place, how[kind]) for place, kind in enumerate(kinds) if kind in how]

    def convert(row: list[Any]) -> list[Any]:
        for place, change in touched:
            if row[place] is not None:
                row[place] = change(row[place])
        return row

    return convert
