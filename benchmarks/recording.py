"""Keeping a measurement with its date and what it was measured on."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"
PACKAGES = ("django", "crowd-kit", "pandas", "numpy", "scikit-learn", "torch", "transformers")


def environment() -> dict[str, Any]:
    """The machine and the versions, as far as they move a figure."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "load_before": os.getloadavg()[0],
        "python": platform.python_version(),
        "system": platform.system(),
        "packages": {name: version(name) for name in PACKAGES},
    }


def record(name: str, measured: Mapping[str, Any], *, before: Mapping[str, Any]) -> Path:
    """Write `results/<name>-<date>.json`; a second measurement of a day replaces the first.

    Args:
        before: what `environment()` said before the measurement.
    """
    RESULTS.mkdir(exist_ok=True)
    now = datetime.now(UTC)
    path = RESULTS / f"{name}-{now:%Y-%m-%d}.json"
    content = {"measured_at": now.isoformat(timespec="seconds"), "environment": dict(before)}
    path.write_text(json.dumps({**content, **measured}, indent=1) + "\n")
    return path


def kept_lines(path: Path) -> Iterator[dict[str, Any]]:
    """What a file of JSON lines holds; none without a file, and no line that a kill has torn."""
    for line in path.read_text(encoding="utf-8").split("\n") if path.exists() else ():
        try:
            yield json.loads(line)
        except ValueError:
            continue


def keep_line(path: Path, content: Mapping[str, Any]) -> None:
    """Add a line to a file of JSON lines, whatever a kill has left at its end."""
    torn = path.exists() and not path.read_bytes().endswith(b"\n") and path.stat().st_size > 0
    with path.open("a", encoding="utf-8") as file:
        file.write(("\n" if torn else "") + json.dumps(content) + "\n")


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()
