from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from generation.scheduling.waiting import LONGEST, backoff, retry_after


def test_pauses_grow_and_stay_bearable() -> None:
    pauses = [backoff(attempt, spread=0.0) for attempt in range(20)]

    assert pauses == sorted(pauses)
    assert 0.25 <= pauses[0] <= 0.5
    assert pauses[-1] == LONGEST / 2


def test_calls_that_failed_together_come_back_one_by_one() -> None:
    pauses = {backoff(3, spread=call / 10) for call in range(10)}

    assert len(pauses) == 10


def test_a_date_to_wait_for_is_turned_into_seconds() -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)

    assert retry_after({"retry-after": date}) == pytest.approx(30, abs=2)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-1"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "0"}, 0.0),
        ({"retry-after-ms": "250", "retry-after": "1"}, 0.25),
    ],
)
def test_what_a_server_asks_is_read_if_it_can_be(
    headers: dict[str, str], seconds: float | None
) -> None:
    assert retry_after(headers) == seconds
