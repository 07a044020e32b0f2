"""What is counted over a version's rows, kept for good: a version never changes.

Files under `CONCORD_HOME/versions`. Small versions are counted each time.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings

from curation.files import keep_for_later
from curation.models import DatasetVersion

FEW = 20_000  # rows that are counted each time
FORMAT = 1  # one more makes kept facts old


def known_of(version: DatasetVersion, name: str, work: Callable[[], Any]) -> Any:
    """What `work` counts over the version's rows: done once, then read.

    Args:
        name: of what is counted; it names the file.
        work: gives what JSON can hold, tuples being lists in it.
    """
    if is_small(version):
        return work()
    path = Path(settings.CONCORD_HOME) / "versions" / names_of(version) / f"{name}.json"
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        found = work()
    keep_for_later(path, json.dumps(found))
    return found


def is_small(version: DatasetVersion) -> bool:
    """Whether its rows are counted each time."""
    return version.kept + sum(version.dropped.values()) <= FEW


def names_of(version: DatasetVersion) -> str:
    """Names the version among those of all databases that used this folder."""
    moment = int(1_000_000 * version.created_at.timestamp())
    return f"{FORMAT}-{version.pk}-{moment}-{version.fingerprint[:12]}"
