"""Small checks: what each says, and what it says to do."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from curation.health import home, moments, serving
from curation.health.disk import MIB, disk_space
from curation.health.findings import Level

NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("mib", "level"), [(5_000, Level.GOOD), (1_000, Level.NOTE), (100, Level.PROBLEM)]
)
def test_little_space_is_a_note_and_hardly_any_a_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mib: int, level: Level
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: SimpleNamespace(free=mib * MIB))

    found = disk_space(tmp_path)

    assert (found.level, found.says) == (level, f"{mib:,} MiB are free where {tmp_path} lies.")


def test_a_folder_that_is_not_there_cannot_be_written_to(tmp_path: Path) -> None:
    assert home.home_writable(tmp_path).level == Level.GOOD
    assert home.home_writable(tmp_path / "gone").level == Level.PROBLEM


def test_a_secret_that_others_may_read_comes_with_the_command_that_mends_it(
    tmp_path: Path,
) -> None:
    key = tmp_path / "secret_key"
    key.write_text("x")
    key.chmod(0o644)

    found = home.secrets_private(tmp_path)
    key.chmod(0o600)

    assert (found.level, found.mend) == (Level.PROBLEM, f"Run chmod 600 {key}.")
    assert home.secrets_private(tmp_path).level == Level.GOOD


def test_a_secret_key_that_does_not_stay_is_a_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CONCORD_SECRET_KEY", raising=False)

    assert home.secret_key_kept(tmp_path).level == Level.PROBLEM

    monkeypatch.setenv("CONCORD_SECRET_KEY", "x" * 50)

    assert home.secret_key_kept(tmp_path).level == Level.GOOD


@pytest.mark.parametrize(
    ("debug", "hosts", "level"),
    [
        (False, ["lab.example"], Level.GOOD),
        (True, ["127.0.0.1"], Level.NOTE),
        (True, ["127.0.0.1", "lab.example"], Level.PROBLEM),
    ],
)
def test_debugging_on_a_network_is_a_problem(debug: bool, hosts: list[str], level: Level) -> None:
    assert serving.debugging(debug=debug, hosts=hosts).level == level


@pytest.mark.parametrize(
    ("hosts", "url", "level"),
    [
        (["localhost"], "http://127.0.0.1:8321", Level.GOOD),
        (["lab.example"], "https://lab.example", Level.GOOD),
        (["lab.example"], "http://lab.example", Level.NOTE),
        (["*"], "https://lab.example", Level.NOTE),
    ],
)
def test_pages_for_others_want_https_and_names(hosts: list[str], url: str, level: Level) -> None:
    assert serving.addresses(hosts=hosts, public_url=url).level == level


@pytest.mark.parametrize(
    ("vendor", "workers", "hosts", "level"),
    [
        ("sqlite", 2, 1, Level.GOOD),
        ("sqlite", 3, 1, Level.PROBLEM),
        ("sqlite", 2, 2, Level.PROBLEM),
        ("postgresql", 9, 4, Level.GOOD),
    ],
)
def test_sqlite_is_for_one_host(vendor: str, workers: int, hosts: int, level: Level) -> None:
    assert serving.several_workers(vendor=vendor, workers=workers, hosts=hosts).level == level


def test_missing_styles_and_a_missing_encoder_are_problems(tmp_path: Path) -> None:
    assert serving.static_files(tmp_path).level == Level.PROBLEM
    assert serving.encoder("no_such_package").level == Level.PROBLEM


@pytest.mark.parametrize(
    ("seconds", "level"), [(0.1, Level.GOOD), (5, Level.NOTE), (40, Level.PROBLEM)]
)
def test_clocks_that_go_apart_are_told(seconds: float, level: Level) -> None:
    database = NOW + timedelta(seconds=seconds)

    assert moments.clocks(here=NOW, database=database, newest=None).level == level


def test_a_clock_that_was_set_back_is_known_by_what_was_written_before() -> None:
    found = moments.clocks(here=NOW, database=NOW, newest=NOW + timedelta(hours=1))

    assert found.level == Level.PROBLEM
    assert "it was set back" in found.says


@pytest.mark.parametrize(
    ("days", "level"), [(1, Level.GOOD), (10, Level.NOTE), (40, Level.PROBLEM)]
)
def test_an_old_backup_is_told(days: int, level: Level) -> None:
    assert moments.last_backup(NOW - timedelta(days=days), now=NOW).level == level
    assert moments.last_backup(None, now=NOW).level == Level.NOTE
