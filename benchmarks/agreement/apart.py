"""A part of the benchmark in a process of its own, since it needs a database of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from contextlib import nullcontext
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


def run_apart(module: str, *arguments: int, home: str | None = None) -> dict[str, Any]:
    """What `python -m MODULE --inside ARGUMENTS…` prints last, as JSON.

    Args:
        home: where it keeps its data; a folder that goes afterwards when not given.
    """
    with tempfile.TemporaryDirectory() if home is None else nullcontext(home) as folder:
        told = subprocess.run(
            [sys.executable, "-m", module, "--inside", *map(str, arguments)],
            cwd=ROOT, check=True, capture_output=True, text=True,
            env={**os.environ, "CONCORD_HOME": folder,
                 "DJANGO_SETTINGS_MODULE": "curation.settings", "CONCORD_HOSTS": "testserver"},
        )  # fmt: skip
    found: dict[str, Any] = json.loads(told.stdout.splitlines()[-1])
    return found
