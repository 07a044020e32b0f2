"""Whether somebody on this host fetches a project's votes at this moment, job or not."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from django.conf import settings

from curation.models import Project


@contextmanager
def fetching(project: Project) -> Iterator[None]:
    """While the block runs, `is_fetching` is true; a killed process lets go by itself.

    Several may fetch at once. Where no file can be written, nobody is told.
    """
    file = _opened(project)
    if file is None:
        yield
        return
    with file:
        fcntl.flock(file, fcntl.LOCK_SH)
        yield


def is_fetching(project: Project) -> bool:
    """Whether a process of this host fetches votes of the project, this one included."""
    file = _opened(project) if _path(project).exists() else None
    if file is None:
        return False
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _opened(project: Project) -> IO[bytes] | None:
    path = _path(project)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("ab")
    except OSError:
        return None


def _path(project: Project) -> Path:
    return Path(settings.CONCORD_HOME) / "pulling" / f"{project.pk}.lock"
