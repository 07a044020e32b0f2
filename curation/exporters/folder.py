"""Writing an export as a folder that appears whole or not at all, and goes on after a kill."""

from __future__ import annotations

import fcntl
import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from curation.exporters.checking import digest_of
from curation.exporters.parts import Part, PartWriting, Written, exhaust

JOURNAL, LOCK = ".journal.json", ".lock"


class FolderInUse(Exception):
    """Another process is writing the same export."""


@dataclass(frozen=True, kw_only=True)
class FolderWritten:
    written: Mapping[str, Written]
    reused: list[str]  # paths that an earlier, unfinished export had completed


def write_folder(target: Path, parts: Sequence[Part], *, key: str) -> FolderWritten:
    """Write the parts into `target`, which must not exist.

    They are gathered in a hidden folder beside it, each under its own name only when complete,
    and the folder is renamed at the end. When the process is killed, the hidden folder stays, and
    the next call with the same `key` takes over the files in it whose checksums hold. When the
    disk refuses, it is removed and nothing is left.

    Raises:
        FolderInUse: another process writes there. OSError: it cannot be written.
    """
    partial = target.with_name(f".{target.name}.partial")
    try:
        partial.mkdir(parents=True, exist_ok=True)
        with _locked(partial):
            result = _write_all(partial, parts, key)
            (partial / JOURNAL).unlink()
            (partial / LOCK).unlink()
            partial.rename(target)
    except OSError:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    return result


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    with (folder / LOCK).open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # let go of when the process dies
        except BlockingIOError:
            raise FolderInUse(str(folder)) from None
        yield


def _write_all(partial: Path, parts: Sequence[Part], key: str) -> FolderWritten:
    """Take over complete files from the first on; from the first that is not, write anew."""
    journal = _Journal(partial, key)
    written: dict[str, Written] = {}
    reused: list[str] = []
    for part in parts:
        known = journal.completed(part) if len(reused) == len(written) else None
        if known is None:
            known = _write_part(partial / part.path, part, written)
        else:
            reused.append(part.path)
        written[part.path] = known
        journal.keep(part, known)
    return FolderWritten(written=written, reused=reused)


def _write_part(path: Path, part: Part, before: Mapping[str, Written]) -> Written:
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_name(f".{path.name}.part")
    try:
        with scratch.open("wb") as sink:
            writing = PartWriting(part, sink, before)
            exhaust(writing)
        scratch.replace(path)
    finally:
        scratch.unlink(missing_ok=True)
    return writing.written


class _Journal:
    """Which files of an unfinished export are complete."""

    def __init__(self, folder: Path, key: str) -> None:
        self._folder = folder
        self._key = key
        self._before = self._read()
        self._now: dict[str, Any] = {}
        self._sweep()

    def completed(self, part: Part) -> Written | None:
        """What an earlier call wrote of this part, if it is all there."""
        noted = self._before.get(part.path)
        if noted is None or noted["state"] != part.state:
            return None
        path = self._folder / part.path
        if not path.is_file() or digest_of(path) != noted["sha256"]:
            return None
        return Written(
            sha256=noted["sha256"], size=noted["size"], rows=noted["rows"], facts=noted["facts"]
        )

    def keep(self, part: Part, written: Written) -> None:
        self._now[part.path] = {**written.as_json(), "state": part.state}
        scratch = self._folder / f"{JOURNAL}.part"
        scratch.write_text(json.dumps({"key": self._key, "files": self._now}))
        scratch.replace(self._folder / JOURNAL)

    def _read(self) -> dict[str, Any]:
        try:
            content = json.loads((self._folder / JOURNAL).read_text())
            return dict(content["files"]) if content["key"] == self._key else {}
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            return {}

    def _sweep(self) -> None:
        """Remove what no longer belongs here: half files, and those of another export."""
        kept = {self._folder / name for name in (*self._before, JOURNAL, LOCK)}
        for path in sorted(self._folder.rglob("*"), reverse=True):
            if path.is_file() and path not in kept:
                path.unlink()
            elif path.is_dir() and not any(path.iterdir()):
                path.rmdir()
