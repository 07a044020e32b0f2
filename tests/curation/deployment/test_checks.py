"""The documented environment of an installation on a network passes Django's own checks."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from curation.deployment.door import BadEnvironment, host_names, seconds, zone_named

ROOT = Path(__file__).resolve().parents[3]
GUIDE = ROOT / "docs" / "security.md"


def in_the_guide() -> str:
    block = re.search(r"```ini\n(.*?)```", GUIDE.read_text(), re.DOTALL)
    assert block
    return block.group(1)


def for_systemd() -> str:
    return (ROOT / "deploy" / "concord.env").read_text()


def for_containers() -> str:
    """What the pages' container is given where only the four needed variables are set."""
    needed = {
        "POSTGRES_PASSWORD": "secret",
        "CONCORD_SECRET_KEY": "".join(map(chr, range(40, 100))),
        "CONCORD_PUBLIC_URL": "https://concord.example.org",
        "CONCORD_HOSTS": "concord.example.org",
    }
    compose = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text())
    said = "\n".join(f"{k}={v}" for k, v in compose["services"]["web"]["environment"].items())
    given = re.sub(r"\$\{(\w+):\?\}", lambda found: needed[found[1]], said)
    return re.sub(r"\$\{\w+:-(.*?)\}", r"\1", given)


def with_own_key(text: str) -> str:
    """As somebody leaves it who has read what stands there."""
    return re.sub(r"(?i)(?<=SECRET_KEY=)replace\S*", "".join(map(chr, range(40, 100))), text)


def variables(text: str) -> dict[str, str]:
    lines = [line for line in text.splitlines() if "=" in line and not line.startswith("#")]
    return dict(line.split("=", 1) for line in lines)


def check(home: Path, **said: str) -> subprocess.CompletedProcess[str]:
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
    return subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        env=kept | {"CONCORD_HOME": str(home)} | said,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("text", [in_the_guide(), for_systemd(), for_containers()])
def test_the_documented_environment_is_clean(tmp_path: Path, text: str) -> None:
    home = {"CONCORD_HOME": str(tmp_path)}

    checked = check(tmp_path, **(variables(with_own_key(text)) | home))

    assert checked.returncode == 0, checked.stderr
    assert "no issues" in checked.stdout


@pytest.mark.parametrize("text", [in_the_guide(), for_systemd()])
def test_the_key_of_the_example_is_not_taken_for_one(tmp_path: Path, text: str) -> None:
    home = {"CONCORD_HOME": str(tmp_path)}

    checked = check(tmp_path, **(variables(text) | home))

    assert checked.returncode != 0
    assert "CONCORD_SECRET_KEY is still the text of the example" in checked.stderr


def test_https_without_a_proxy_that_is_named_is_told(tmp_path: Path) -> None:
    checked = check(tmp_path, CONCORD_PUBLIC_URL="https://concord.lab.org")

    assert checked.returncode != 0
    assert "CONCORD_TRUSTED_PROXY" in checked.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CONCORD_SIGNUP", "maybe"),
        ("CONCORD_TRUSTED_PROXY", "everybody"),
        ("CONCORD_SESSION_IDLE_HOURS", "-1"),
        ("CONCORD_UPLOAD_MB", "much"),
        ("CONCORD_OPENID", "uni"),
        ("CONCORD_GPU_JOBS", "train,studdy"),
        ("CONCORD_POLL_SECONDS", "soon"),
        ("CONCORD_POLL_SECONDS", "inf"),
        ("CONCORD_TIME_ZONE", "Berlin"),
        ("DATABASE_URL", "postgres://concord:ab/cd@database/concord"),
    ],
)
def test_a_variable_that_cannot_be_meant_stops_with_one_sentence(
    tmp_path: Path, name: str, value: str
) -> None:
    checked = check(tmp_path, **{name: value})

    assert checked.returncode == 1
    assert name in checked.stderr
    assert "Traceback" not in checked.stderr
    assert "ab/cd" not in checked.stderr
    assert len(checked.stderr.strip().splitlines()) == 1


def test_host_names_may_have_blanks_between_them(tmp_path: Path) -> None:
    said = subprocess.run(
        [sys.executable, "-c", "from curation.settings import ALLOWED_HOSTS as a; print(*a)"],
        cwd=ROOT,
        env={"CONCORD_HOME": str(tmp_path), "CONCORD_HOSTS": "concord.example.org, 127.0.0.1 ,"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert said.stdout.split() == ["concord.example.org", "127.0.0.1"]


@pytest.mark.parametrize("name", ["CONCORD_HOSTS", "CONCORD_POLL_SECONDS", "CONCORD_TIME_ZONE"])
def test_a_variable_that_is_empty_is_as_if_it_were_not_set(name: str) -> None:
    assert host_names({name: ""}, name, ("localhost",)) == ["localhost"]
    assert seconds({name: ""}, name, 30) == 30
    assert zone_named({name: " "}, name, "UTC") == "UTC"


@pytest.mark.parametrize("given", ["nan", "-inf", "-1", "86401", "1e999"])
def test_seconds_that_no_day_has_are_refused(given: str) -> None:
    with pytest.raises(BadEnvironment, match="from 0 to 86,400"):
        seconds({"X": given}, "X", 30)


@pytest.mark.parametrize("given", ["Europe", "../etc/passwd", "/etc/passwd", "Europe/Berlin\0"])
def test_what_is_no_zone_is_refused(given: str) -> None:
    with pytest.raises(BadEnvironment, match="such as Europe/Berlin"):
        zone_named({"X": given}, "X", "UTC")
