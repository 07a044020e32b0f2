"""Values keep their meaning through JSON, from either database to either."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime, timedelta, timezone

import pytest

from curation.archives.values import TO_PORTABLE, TO_POSTGRESQL, TO_SQLITE, Kind, converter

KEY = uuid.UUID("0123456789abcdef0123456789abcdef")


@pytest.mark.parametrize(
    ("kind", "from_sqlite", "from_postgresql"),
    [
        (
            Kind.DATETIME,
            datetime(2026, 11, 27, 1, 2, 3, 45),
            datetime(2026, 11, 27, 2, 2, 3, 45, timezone(timedelta(hours=1))),
        ),
        (Kind.DATETIME, "2026-11-27 01:02:03", datetime(2026, 11, 27, 1, 2, 3, tzinfo=UTC)),
        (Kind.UUID, KEY.hex, KEY),
        (Kind.BOOLEAN, 1, True),
        (Kind.JSON, '{"b": 1, "a": [null]}', '{"a": [null], "b": 1}'),
        (Kind.DURATION, 1_500_000, timedelta(seconds=1.5)),
        (Kind.BINARY, b"\x00\xff", memoryview(b"\x00\xff")),
    ],
)
def test_both_databases_say_the_same(
    kind: Kind, from_sqlite: object, from_postgresql: object
) -> None:
    portable = converter([kind], TO_PORTABLE)

    assert portable([from_sqlite]) == portable([from_postgresql])
    assert json.loads(json.dumps(portable([from_sqlite])))


def test_sqlite_gets_back_what_it_gave() -> None:
    stored = ["2026-11-27 01:02:03.000045", KEY.hex, 1, '{"a": [null, 0.1]}', b"\x00\xff", None]
    kinds = [Kind.DATETIME, Kind.UUID, Kind.BOOLEAN, Kind.JSON, Kind.BINARY, Kind.UUID]

    back = converter(kinds, TO_SQLITE)(converter(kinds, TO_PORTABLE)(list(stored)))

    assert back == stored


def test_postgresql_gets_words_that_it_reads() -> None:
    kinds = [Kind.JSON, Kind.DURATION, Kind.BINARY, Kind.FLOAT]

    words = converter(kinds, TO_POSTGRESQL)([{"a": 1}, 1_500_000, "AP8=", 0.1])

    assert words == ['{"a": 1}', "1500000 microseconds", b"\x00\xff", 0.1]
