"""Make `.venv` from a requirements file; nothing when it is made from that file already."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections import deque
from pathlib import Path
from typing import NoReturn

OLDEST = (3, 11)
NEWEST = (3, 13)  # the pinned numpy has no newer wheels
CONSTRAINTS = Path("constraints.txt")


def main(arguments: list[str]) -> None:
    if len(arguments) != 2:
        fail("usage: python3 -m curation.bootstrap VENV REQUIREMENTS")
    venv, requirements = Path(arguments[0]), Path(arguments[1])
    check_python()
    marker = venv / f".{requirements.stem}"
    wanted = fingerprint(requirements)
    if marker.exists() and marker.read_text() == wanted:
        return
    started = time.monotonic()
    if not is_usable(venv):
        say(f"Making a virtual environment in {venv}")
        shutil.rmtree(venv, ignore_errors=True)
        make_venv(venv)
    say(f"Installing {requirements} (about two minutes and 2 GB the first time)")
    install(venv, requirements)
    marker.write_text(wanted)
    say(f"Environment ready after {time.monotonic() - started:.0f} s")


def check_python() -> None:
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        fail(
            f"This is Python {sys.version_info[0]}.{sys.version_info[1]}, but Concord needs "
            f"{OLDEST[0]}.{OLDEST[1]} to {NEWEST[0]}.{NEWEST[1]}. Install one and name it: "
            "make PYTHON=python3.11"
        )


def fingerprint(requirements: Path) -> str:
    """Changes when the requirements, what they include, the constraints or this Python change."""
    digest = hashlib.sha256(sys.version.encode())
    for path in [requirements, Path("requirements.txt"), CONSTRAINTS]:
        if path.exists():
            digest.update(path.read_bytes())
    return digest.hexdigest()


def is_usable(venv: Path) -> bool:
    """Whether the environment is whole enough to run pip; a killed set-up may leave half of one."""
    python = venv / "bin" / "python"
    if not python.exists():
        return False
    asked = subprocess.run([python, "-m", "pip", "--version"], capture_output=True, check=False)
    return asked.returncode == 0


def make_venv(venv: Path) -> None:
    """Debian's Python comes without what `venv` needs; as root we can fetch that ourselves."""
    command = [sys.executable, "-m", "venv", str(venv)]
    if subprocess.run(command, capture_output=True, check=False).returncode == 0:
        return
    shutil.rmtree(venv, ignore_errors=True)
    if os.geteuid() == 0 and shutil.which("apt-get"):
        say("Installing Debian's python3-venv")
        subprocess.run(["apt-get", "update", "-qq"], check=False)
        subprocess.run(
            ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "python3-venv"],
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
            check=False,
        )
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    if made.returncode:
        fail(
            "Python cannot make virtual environments here. On Debian or Ubuntu run "
            f"'sudo apt install python3-venv', then try again.\n{made.stdout}{made.stderr}"
        )


def install(venv: Path, requirements: Path) -> None:
    """Run pip and show how many packages it has found so far."""
    command = [str(venv / "bin" / "python"), "-m", "pip", "install", "--no-input"]
    command += ["--disable-pip-version-check", "--progress-bar", "off", "-r", str(requirements)]
    if CONSTRAINTS.exists():
        command += ["-c", str(CONSTRAINTS)]
    found, last = 0, deque[str](maxlen=12)
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as pip:
        assert pip.stdout is not None
        for line in pip.stdout:
            last.append(line.rstrip())
            if line.startswith("Collecting "):
                found += 1
                show(f"  package {found}: {line.split()[1]}")
            elif line.startswith("Installing collected"):
                show(f"  unpacking {found} packages (about two minutes)")
    show("")
    if pip.returncode:
        fail("pip could not install the packages; its last words:\n" + "\n".join(last))


def show(text: str) -> None:
    """One line that is written over on a terminal; nothing elsewhere, so that logs stay short."""
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def fail(text: str) -> NoReturn:
    say(text)
    sys.exit(1)


if __name__ == "__main__":
    main(sys.argv[1:])
