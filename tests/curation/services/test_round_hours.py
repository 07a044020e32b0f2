"""Answers by the hour, as a round's page draws them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from curation.services.report import rounds
from tests.factories import make_project, make_round

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 4, 12, 30, tzinfo=UTC)


def heights(monkeypatch: pytest.MonkeyPatch, *told: tuple[int, int]) -> list[float]:
    """Of the bars, where so many hours ago so many answers came, as it is told late."""
    hour = NOW.replace(minute=0)
    rows = [((hour - timedelta(hours=ago)).isoformat(), n) for ago, n in told]

    def kept(*_: Any) -> list[tuple[str, int]]:
        return rows

    monkeypatch.setattr(rounds, "_slowly", kept)
    target = make_round(make_project())
    return [bar.height for bar in rounds.answers_per_hour(target, now=NOW) if bar.answers]


def test_the_busiest_hour_that_is_shown_is_as_high_as_the_picture(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert heights(monkeypatch, (30, 900), (2, 8), (0, 4)) == [100.0, 50.0]


def test_where_all_is_older_than_a_day_there_are_no_bars(monkeypatch: pytest.MonkeyPatch) -> None:
    assert heights(monkeypatch, (30, 900)) == []
