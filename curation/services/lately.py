"""What takes long to count is told a while old: one visitor counts it, the others read it.

Files under `CONCORD_HOME/lately/SLUG`, which all processes of a host share. Few rows are counted
each time.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.conf import settings

from curation.files import keep_for_later
from curation.models import Project

MANY = 50_000  # rows beyond which what was counted is kept for a while
PATIENCE = 60.0  # so many times as long as it took
LONGEST = 300.0  # seconds
ABANDONED = 60.0  # seconds after which whoever began to count is taken for dead


def lately(
    project: Project,
    name: str,
    work: Callable[[], Any],
    *,
    rows: Callable[[Any], int],
    signs: Sequence[Any] = (),
) -> Any:
    """What `work` counts; of many rows as it was some minutes ago at most.

    Args:
        name: of what is counted; it names the file.
        work: gives what JSON can hold, tuples being lists in it and keys texts.
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
    told, due = {}, []
    for project in projects:
        path = _path(project, name)
        kept = _kept(path, _names(project, signs[project.pk]))
        if kept is not None and (_is_new(kept) or not _claim(path)):
            told[project.pk] = kept["found"]
        else:
            due.append(project)
    started = time.monotonic()
    try:
        found = {key: json.loads(json.dumps(one)) for key, one in work(due).items()} if due else {}
        lives = min(LONGEST, PATIENCE * (time.monotonic() - started))
        for project in due:
            one = found[project.pk]
            if rows(one) > MANY:
                of = _names(project, signs[project.pk])
                content = {"of": of, "until": time.time() + lives, "found": one}
                keep_for_later(_path(project, name), json.dumps(content))
    finally:
        for project in due:
            _claimed(_path(project, name)).unlink(missing_ok=True)
    return told | found


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


def _claim(path: Path) -> bool:
    """Whether nobody else counts it now."""
    claimed = _claimed(path)
    try:
        os.close(os.open(claimed, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except OSError:  # somebody does, or nothing can be written here
        with suppress(OSError):
            if time.time() - claimed.stat().st_mtime > ABANDONED:
                claimed.touch()
                return True
        return False
    return True


def _claimed(path: Path) -> Path:
    return path.with_suffix(".claim")
