"""What is under deploy/ fits the program: commands, variables, addresses."""

from __future__ import annotations

import configparser
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import get_commands
from django.urls import resolve

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
UNITS = sorted(DEPLOY.glob("systemd/*.service"))


def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    return loaded


def files() -> list[Path]:
    return [path for path in sorted(DEPLOY.rglob("*")) if path.is_file()]


def test_the_compose_file_starts_pages_workers_and_a_database_in_order() -> None:
    services = compose()["services"]

    assert set(services) == {"database", "migrate", "web", "worker", "worker-gpu"}
    for name in ("web", "worker", "worker-gpu"):
        assert services[name]["depends_on"] == {
            "migrate": {"condition": "service_completed_successfully"}
        }
    assert services["migrate"]["depends_on"] == {"database": {"condition": "service_healthy"}}
    assert services["web"]["environment"]["DATABASE_URL"].startswith("postgres://")


def test_the_image_is_made_of_the_program_alone() -> None:
    copied = re.findall(r"^COPY (.+) \S+$", (DEPLOY / "Dockerfile").read_text(), re.MULTILINE)
    named = {name for line in copied for name in line.split()}

    assert {"manage.py", "curation", "generation", "training", "templates", "demo"} <= named
    assert not {".", "var", ".venv"} & named
    assert [name for name in named if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("path", files(), ids=lambda path: path.name)
def test_every_command_that_is_named_exists(path: Path) -> None:
    text = path.read_text()
    named = re.findall(r"manage\.py[\", ]+([a-z_]+)\b(?!-)", text)

    assert set(named) <= set(get_commands())


@pytest.mark.parametrize("path", files(), ids=lambda path: path.name)
def test_every_variable_that_is_set_is_documented(path: Path) -> None:
    documented = (ROOT / "docs" / "configuration.md").read_text()
    named = set(re.findall(r"\b(CONCORD_[A-Z_]+|DATABASE_URL)\b", path.read_text()))

    assert {name for name in named if f"`{name}`" not in documented} == set()


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_a_unit_runs_as_its_own_user_and_may_write_its_data_only(path: Path) -> None:
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read_string(path.read_text())
    service = unit["Service"]

    assert service["User"] == "concord"
    assert service["ProtectSystem"] == "strict"
    assert "/var/lib/concord" in service["ReadWritePaths"]
    assert service["ExecStart"].startswith("/opt/concord/.venv/bin/python ")


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd")
def test_systemd_understands_every_unit(tmp_path: Path) -> None:
    units = [tmp_path / path.name for path in DEPLOY.glob("systemd/*")]
    for unit in units:
        text = (DEPLOY / "systemd" / unit.name).read_text()
        unit.write_text(text.replace("/opt/concord/.venv/bin/python", sys.executable))

    command = ["systemd-analyze", "verify", *map(str, units)]
    verified = subprocess.run(command, capture_output=True, text=True, check=False)

    assert (verified.returncode, verified.stderr) == (0, "")


def test_a_worker_gets_more_time_to_end_than_its_job_to_come_to_a_step() -> None:
    unit = (DEPLOY / "systemd" / "concord-worker@.service").read_text()
    grace = re.search(r"--grace (\d+)", unit)
    stop = re.search(r"TimeoutStopSec=(\d+)", unit)

    assert grace is not None
    assert stop is not None
    assert int(stop[1]) > int(grace[1])


def test_proxies_keep_probes_inside() -> None:
    for name in ("Caddyfile", "nginx.conf"):
        text = (DEPLOY / name).read_text()
        for address in ("metrics", "readyz", "healthz"):
            assert address in text
            assert resolve(f"/{address}").url_name == address


def test_the_proxy_of_every_installation_is_named() -> None:
    """Else all requests count as the proxy's, and one who guesses passwords locks out everybody."""
    environment = (DEPLOY / "concord.env").read_text()

    assert "CONCORD_TRUSTED_PROXY=127.0.0.1" in environment
    assert "CONCORD_TRUSTED_PROXY" in compose()["services"]["web"]["environment"]
