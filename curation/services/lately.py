"""What takes long to count is told a while old: one visitor counts it, the others read it.

A web server lets no visitor wait for it: it tells what it has and counts beside the request.

Files under `CONCORD_HOME/lately/SLUG`, which all processes of a host share. Few rows are counted
each time.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from curation.files import keep_for_later
from curation.models import Project
from curation.services.beside import is_beside, soon

MANY = 50_000  # rows beyond which what was counted is kept for a while
PATIENCE = 200.0  # so many times as long as it took
LONGEST = 300.0  # seconds
STALE = 3600.0  # seconds past that for which a web server tells it while it counts anew
ABANDONED = 60.0  # seconds after which whoever began to count is taken for dead


def lately(
    project: Project,
    name: str,
    work: Callable[[], Any],
    *,
    rows: Callable[[Any], int],
    signs: Sequence[Any] = (),
) -> Any:
    """What `work` counts; of many rows as it was some minutes ago.

    The first visitor of a web server after a longer pause is told what is an hour old at most.

    Args:
        name: of what is counted; it names the file.
        work: gives what JSON can hold, tuples being lists in it and keys texts. It may be called
            by another thread, after the request.
        rows: how many rows were gone over, told by what was found.
        signs: what tells at once that all must be counted anew.
    """
    found = lately_of(
        [project], name, lambda _: {project.pk: work()}, rows=rows, signs={project.pk: signs}
    )
    return found[project.pk]


def lately_of(
    projects: Sequence[Project],
    name: str,
    work: Callable[[Sequence[Project]], Mapping[int, Any]],
    *,
    rows: Callable[[Any], int],
    signs: Mapping[int, Sequence[Any]],
) -> dict[int, Any]:
    """The same of several projects, by their keys; all that is not known is counted at once."""
    counting = _Counting(name=name, work=work, rows=rows, signs=signs)
    told, due, later = {}, [], []
    for project in projects:
        path = _path(project, name)
        kept = _kept(path, _names(project, signs[project.pk]))
        if kept is None:
            due.append(project)
        elif _is_new(kept) or not _claim(path):
            told[project.pk] = kept["found"]
        elif is_beside() and _will_do(kept):
            told[project.pk] = kept["found"]
            later.append(project)
        else:
            due.append(project)
    if later:
        soon(lambda: counting.count(later))
    return told | counting.count(due)


@dataclass(frozen=True, kw_only=True)
class _Counting:
    """One kind of numbers, and how they are counted; the arguments of `lately_of`."""

    name: str
    work: Callable[[Sequence[Project]], Mapping[int, Any]]
    rows: Callable[[Any], int]
    signs: Mapping[int, Sequence[Any]]

    def count(self, due: Sequence[Project]) -> dict[int, Any]:
        """Count now, and keep what was many rows."""
        if not due:
            return {}
        started = time.monotonic()
        try:
            found = {key: json.loads(json.dumps(one)) for key, one in self.work(due).items()}
            lives = min(LONGEST, PATIENCE * (time.monotonic() - started))
            for project in due:
                self._keep(project, found[project.pk], lives)
        finally:
            for project in due:
                with suppress(OSError):
                    _claimed(_path(project, self.name)).unlink(missing_ok=True)
        return found

    def _keep(self, project: Project, found: Any, lives: float) -> None:
        path = _path(project, self.name)
        if self.rows(found) <= MANY:
            with suppress(OSError):
                path.unlink(missing_ok=True)  # what it was when there were more
            return
        of = _names(project, self.signs[project.pk])
        keep_for_later(path, json.dumps({"of": of, "until": time.time() + lives, "found": found}))


def _names(project: Project, signs: Sequence[Any]) -> list[Any]:
    named = [project.pk, str(project.created_at), *signs]
    return list(json.loads(json.dumps(named, default=str)))


def forget(project: Project, name: str) -> None:
    """Have it counted anew the next time."""
    _path(project, name).unlink(missing_ok=True)


def _path(project: Project, name: str) -> Path:
    return Path(settings.CONCORD_HOME) / "lately" / project.slug / f"{name}.json"


def _kept(path: Path, of: list[Any]) -> dict[str, Any] | None:
    try:
        kept: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return kept if kept["of"] == of and "found" in kept else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _is_new(kept: dict[str, Any]) -> bool:
    """Also false where the clock was set back since."""
    return bool(0 < kept["until"] - time.time() <= LONGEST)


def _will_do(kept: dict[str, Any]) -> bool:
    """Whether it may still be told while it is counted anew."""
    return bool(0 <= time.time() - kept["until"] <= STALE)


def _claim(path: Path) -> bool:
    """Whether nobody else counts it now."""
    claimed = _claimed(path)
    try:
        os.close(os.open(claimed, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:  # somebody does
        with suppress(OSError):
            if time.time() - claimed.stat().st_mtime > ABANDONED:
                claimed.touch()
                return True
        return False
    except OSError:  # nothing can be written here: everybody counts for themselves
        return True
    return True


def _claimed(path: Path) -> Path:
    return path.with_suffix(".claim")
