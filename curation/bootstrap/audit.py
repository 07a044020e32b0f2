"""Asks the public database of known weaknesses about every pinned package.

    python -m curation.bootstrap.audit FOLDER

FOLDER gets an environment with pip-audit alone, so that what it needs does not move our pins.
Exit status: 0 nothing is known, 1 weaknesses are known, 3 nobody could be asked.
"""

from __future__ import annotations

import json
import subprocess
import sys
import venv
from pathlib import Path
from typing import Any

TOOL = "pip-audit==2.10.1"
PINS = Path(__file__).resolve().parents[2] / "constraints.txt"
FOUND, NOT_ASKED = 1, 3
OPTIONS = ("--no-deps", "--disable-pip", "--progress-spinner", "off", "--format", "json")


def main(folder: Path) -> int:
    if not (folder / "bin" / "pip-audit").exists() and not _install(folder):
        print(f"{TOOL} could not be installed, so nothing was audited.", file=sys.stderr)
        return NOT_ASKED
    command = [str(folder / "bin" / "pip-audit"), *OPTIONS, "-r", str(PINS)]
    asked = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        answer = json.loads(asked.stdout)
    except ValueError:
        reason = (asked.stderr.strip().splitlines() or ["no reason given"])[-1]
        print(f"Nobody could be asked, so nothing was audited ({reason}).", file=sys.stderr)
        return NOT_ASKED
    lines = weaknesses(answer)
    print("\n".join(lines) or f"Nothing is known against {len(answer['dependencies'])} packages.")
    return FOUND if lines else 0


def weaknesses(answer: dict[str, Any]) -> list[str]:
    """One line for each weakness in pip-audit's answer.

    >>> known = {"id": "PYSEC-1", "fix_versions": ["2"]}
    >>> weaknesses({"dependencies": [{"name": "a", "version": "1", "vulns": [known]}]})
    ['a 1: PYSEC-1, mended in 2']
    """
    return [
        f"{package['name']} {package['version']}: {weakness['id']}, mended in "
        f"{', '.join(weakness['fix_versions']) or 'no version yet'}"
        for package in answer["dependencies"]
        for weakness in package.get("vulns", [])
    ]


def _install(folder: Path) -> bool:
    venv.create(folder, with_pip=True)
    pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "-q", TOOL]
    return subprocess.run(pip, check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
