"""Label Studio in a virtual environment of its own.

It brings some 150 packages, exactly pinned, that must not meet ours. Every step may be killed:
what says that the installation is whole is written last, and a half-made environment is made
again.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path

from curation.label_studio.errors import InstallFailed
from curation.label_studio.processes import write_atomically

REQUIREMENTS = Path(__file__).parents[2] / "requirements-label-studio.txt"
UNFINISHED = "unfinished"  # a file beside `pyvenv.cfg` while the environment is being made
# these would make the new environment's Python look into ours
NOT_INHERITED = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "__PYVENV_LAUNCHER__")

Say = Callable[[str], None]


def fingerprint(requirements: Path) -> str:
    """What an installation was made from; a new list of requirements means a new one."""
    try:
        return hashlib.sha256(requirements.read_bytes()).hexdigest()
    except OSError as error:
        raise InstallFailed(
            f"Cannot read {requirements} ({error.strerror}), the list of what Label Studio "
            "needs; restore it from the repository."
        ) from error


def python_of(venv: Path) -> Path:
    return venv / "bin" / "python"


def server_command(venv: Path) -> list[str]:
    """How to call Label Studio; by way of Python, since a script's first line may be too long."""
    return [str(python_of(venv)), str(venv / "bin" / "label-studio")]


def is_usable(venv: Path) -> bool:
    return python_of(venv).exists() and (venv / "bin" / "label-studio").exists()


def make_venv(venv: Path, *, requirements: Path, say: Say, lock: int) -> None:
    """Bring the environment to what `requirements` lists; again from scratch if half-made.

    Args:
        lock: a descriptor for pip to keep open, since pip goes on for a while if we are killed.
    """
    unfinished = venv / UNFINISHED
    if unfinished.exists() or not python_of(venv).exists():
        say("Making an environment for Label Studio")
        shutil.rmtree(venv, ignore_errors=True)
        venv.mkdir(parents=True)
        unfinished.touch()
        _create(venv)
    unfinished.touch()
    _install(venv, requirements=requirements, say=say, lock=lock)
    unfinished.unlink()


def make_schema(venv: Path, *, environment: Mapping[str, str], cwd: Path, lock: int) -> None:
    """Let Label Studio create its database, so that the first start is quick."""
    made = subprocess.run(
        [*server_command(venv), "version"],
        env=dict(environment),
        cwd=cwd,
        pass_fds=(lock,),
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode:
        raise InstallFailed(
            "Label Studio could not create its database; its last words: "
            f"{_last_words((made.stdout + made.stderr).splitlines())}"
        )


def use_write_ahead_log(database: Path) -> None:
    """Let readers and a writer work side by side; the database keeps the setting.

    An answer then costs 23 ms instead of 30, and far less on a slow disk: 40 syncs become few.
    """
    if database.exists():
        with closing(sqlite3.connect(database)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")


def write_marker(marker: Path, requirements: Path) -> None:
    write_atomically(marker, fingerprint(requirements) + "\n")


def is_marked(marker: Path, requirements: Path) -> bool:
    """Whether the installation is whole and made from these requirements."""
    return marker.exists() and marker.read_text().strip() == fingerprint(requirements)


def _create(venv: Path) -> None:
    """Make an empty environment. Debian's Python has the module `venv` but not what it needs."""
    reasons = []
    for module in ("venv", "virtualenv"):
        made = subprocess.run(
            [sys.executable, "-m", module, str(venv)],
            env=_inherited(),
            capture_output=True,
            text=True,
            check=False,
        )
        if made.returncode == 0:
            return
        reasons.append(_last_words((made.stdout + made.stderr).splitlines()))
    raise InstallFailed(
        "Could not make a virtual environment for Label Studio; on Debian or Ubuntu run "
        f"`apt install python3-venv`, then try again. ({'; '.join(reasons)})"
    )


def _install(venv: Path, *, requirements: Path, say: Say, lock: int) -> None:
    lines = requirements.read_text(encoding="utf-8").splitlines()
    total = sum("==" in line for line in lines)
    command: Sequence[str] = [
        str(python_of(venv)), "-m", "pip", "install", "--no-input", "--progress-bar", "off",
        "--disable-pip-version-check", "-r", str(requirements),
    ]  # fmt: skip
    seen = 0
    last: deque[str] = deque(maxlen=6)
    with subprocess.Popen(
        command,
        env=_inherited(),
        pass_fds=(lock,),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as pip:
        assert pip.stdout is not None
        for line in pip.stdout:
            last.append(line.strip())
            if line.startswith(("Collecting ", "Requirement already satisfied")):
                seen += 1
                say(f"Fetching Label Studio: package {min(seen, total)} of {total}")
            elif line.startswith("Installing collected"):
                say("Unpacking Label Studio (about 1 GB)")
    if pip.returncode:
        raise InstallFailed(
            "Could not install Label Studio; check the network and the free space, then try "
            f"again. pip's last words: {_last_words(last)}"
        )


def _inherited() -> dict[str, str]:
    """Our environment, which may hold proxies and package sources, without our Python's."""
    return {name: value for name, value in os.environ.items() if name not in NOT_INHERITED}


def _last_words(lines: Sequence[str] | deque[str]) -> str:
    return " / ".join([line.strip() for line in lines if line.strip()][-4:])[:600]
