"""Installing Label Studio: whole, or made again."""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from curation.label_studio import installation
from curation.label_studio.embedded import EmbeddedServer
from curation.label_studio.errors import InstallFailed


def test_a_second_installation_does_nothing(stub_server: EmbeddedServer) -> None:
    before = (stub_server.home / "installed").stat().st_mtime_ns

    stub_server.install()

    assert (stub_server.home / "installed").stat().st_mtime_ns == before


def test_an_installation_killed_half_way_is_done_again_but_used_data_is_kept(
    stub_server: EmbeddedServer,
) -> None:
    (stub_server.home / "installed").unlink()
    (stub_server.data / "half").touch()
    stub_server.install()
    assert not (stub_server.data / "half").exists()

    stub_server.start()
    (stub_server.home / "installed").unlink()
    (stub_server.data / "used").touch()
    stub_server.install()

    assert (stub_server.data / "used").exists()
    assert not stub_server.status().running


def test_new_requirements_mean_a_new_installation(
    stub_server: EmbeddedServer, tmp_path: Path
) -> None:
    requirements = tmp_path / "requirements.txt"
    requirements.write_text("label-studio==2\n")

    newer = EmbeddedServer(
        stub_server.home, port=stub_server.port, venv=stub_server.venv, requirements=requirements
    )

    assert stub_server.is_installed()
    assert not newer.is_installed()


def test_a_half_made_environment_is_made_again(tmp_path: Path) -> None:
    venv = tmp_path / "venv"
    venv.mkdir()
    (venv / "unfinished").touch()
    (venv / "left over").touch()
    requirements = tmp_path / "requirements.txt"
    requirements.write_text("# nothing\n")
    said: list[str] = []

    installation.make_venv(venv, requirements=requirements, say=said.append, lock=2)

    assert said == ["Making an environment for Label Studio"]
    assert not (venv / "left over").exists()
    assert not (venv / "unfinished").exists()
    assert installation.python_of(venv).exists()


def test_a_package_that_cannot_be_had_is_told_and_tried_again(tmp_path: Path) -> None:
    requirements = tmp_path / "requirements.txt"
    requirements.write_text("./no-such-package.whl\n")

    with pytest.raises(InstallFailed, match="no-such-package"):
        installation.make_venv(
            tmp_path / "venv", requirements=requirements, say=lambda _: None, lock=2
        )

    assert (tmp_path / "venv" / "unfinished").exists()


def test_a_python_without_venv_names_the_debian_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")

    with pytest.raises(InstallFailed, match="apt install python3-venv"):
        installation.make_venv(
            tmp_path / "venv", requirements=installation.REQUIREMENTS, say=lambda _: None, lock=2
        )


def test_the_requirements_pin_every_package_exactly() -> None:
    lines = installation.REQUIREMENTS.read_text().splitlines()

    packages = [line for line in lines if not line.startswith("#")]
    assert any(line.startswith("label-studio==") for line in packages)
    assert all("==" in line and "@" not in line for line in packages)


def test_the_database_is_set_to_a_write_ahead_log_for_good(tmp_path: Path) -> None:
    database = tmp_path / "label_studio.sqlite3"
    installation.use_write_ahead_log(database)
    assert not database.exists()
    database.touch()

    installation.use_write_ahead_log(database)

    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
