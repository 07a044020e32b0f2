"""What takes long to count is counted by one visitor and read by the others."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from curation.models import Project
from curation.services import lately
from tests.factories import make_project

pytestmark = pytest.mark.django_db


class Counter:
    """Counts how often it was asked to count."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self) -> dict[str, int]:
        self.asked += 1
        return {"rows": self.asked}


@pytest.fixture
def project() -> Project:
    return make_project()


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """However fast it was counted, it is kept for minutes."""
    monkeypatch.setattr(lately, "PATIENCE", 1e9)


def told(project: Project, counter: Counter, *, rows: int = 10**6, sign: str = "") -> int:
    found = lately.lately(project, "rows", counter, rows=lambda _: rows, signs=[sign])
    return int(found["rows"])


def test_few_rows_are_counted_each_time(project: Project, patient: None) -> None:
    counter = Counter()

    assert [told(project, counter, rows=3) for _ in range(2)] == [1, 2]


def test_many_rows_are_counted_once(project: Project, patient: None) -> None:
    counter = Counter()

    assert [told(project, counter) for _ in range(3)] == [1, 1, 1]


def test_what_is_old_is_counted_anew(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lately, "PATIENCE", 0.0)
    counter = Counter()

    assert [told(project, counter) for _ in range(2)] == [1, 2]


def test_a_sign_or_somebody_who_asks_has_it_counted_anew(project: Project, patient: None) -> None:
    counter = Counter()
    told(project, counter, sign="open")

    assert told(project, counter, sign="closed") == 2
    lately.forget(project, "rows")
    assert told(project, counter, sign="closed") == 3


def test_others_read_what_is_old_while_one_counts(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lately, "PATIENCE", 0.0)
    counter, seen = Counter(), []
    told(project, counter)

    def count_slowly() -> dict[str, int]:
        seen.append(told(project, counter))  # somebody else comes meanwhile
        return {"rows": 7}

    assert (
        lately.lately(project, "rows", count_slowly, rows=lambda _: 10**6, signs=[""])["rows"] == 7
    )
    assert seen == [1]
    assert counter.asked == 1


def test_whoever_died_while_counting_keeps_nobody_from_it(
    project: Project, concord_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lately, "PATIENCE", 0.0)
    monkeypatch.setattr(lately, "ABANDONED", -1.0)
    counter = Counter()
    told(project, counter)
    (concord_home / "lately" / project.slug / "rows.claim").touch()

    assert told(project, counter) == 2


def test_another_project_of_that_name_starts_from_nothing(project: Project, patient: None) -> None:
    counter = Counter()
    told(project, counter)
    slug = project.slug
    project.delete()

    assert told(make_project(slug), counter) == 2


@pytest.fixture
def waiting(monkeypatch: pytest.MonkeyPatch, settings: Any) -> list[Callable[[], object]]:
    """What a web server would count beside the requests, in order."""
    settings.CONCORD_COUNT_BESIDE = True
    waiting: list[Callable[[], object]] = []
    monkeypatch.setattr(lately, "soon", waiting.append)
    monkeypatch.setattr(lately, "PATIENCE", 0.0)
    return waiting


def test_a_web_server_tells_what_is_old_and_counts_it_anew_once(
    project: Project, waiting: list[Callable[[], object]]
) -> None:
    counter = Counter()
    told(project, counter)

    assert [told(project, counter) for _ in range(3)] == [1, 1, 1]
    assert len(waiting) == 1
    waiting.pop()()
    assert told(project, counter) == 2


def test_a_web_server_counts_at_once_what_is_too_old_or_changed_its_state(
    project: Project, waiting: list[Callable[[], object]], monkeypatch: pytest.MonkeyPatch
) -> None:
    counter = Counter()
    told(project, counter, sign="open")

    assert told(project, counter, sign="closed") == 2
    monkeypatch.setattr(lately, "STALE", -1.0)
    assert told(project, counter, sign="closed") == 3
    assert waiting == []


def test_what_became_few_rows_is_counted_each_time_again(
    project: Project, waiting: list[Callable[[], object]]
) -> None:
    counter = Counter()
    told(project, counter)

    assert told(project, counter, rows=3) == 1
    waiting.pop()()
    assert [told(project, counter, rows=3) for _ in range(2)] == [3, 4]


def test_what_cannot_be_counted_beside_is_tried_again(
    project: Project, waiting: list[Callable[[], object]]
) -> None:
    counter = Counter()
    told(project, counter)

    def fail() -> dict[str, int]:
        raise OSError("the database is away")

    lately.lately(project, "rows", fail, rows=lambda _: 10**6, signs=[""])
    with pytest.raises(OSError, match="away"):
        waiting.pop()()

    assert told(project, counter) == 1
    assert len(waiting) == 1


@pytest.mark.parametrize("rows", [3, 10**6])
def test_where_nothing_can_be_kept_everybody_counts(
    project: Project, patient: None, concord_home: Path, rows: int
) -> None:
    (concord_home / "lately").write_text("a file where a folder should be")
    counter = Counter()

    assert [told(project, counter, rows=rows) for _ in range(2)] == [1, 2]


def test_what_is_old_is_not_told_for_ever_where_nothing_can_be_written(
    project: Project, concord_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counter = Counter()
    monkeypatch.setattr(lately, "PATIENCE", 0.0)
    told(project, counter)

    def full(*_: Any) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("curation.services.lately.os.open", full)

    assert told(project, counter) == 2
