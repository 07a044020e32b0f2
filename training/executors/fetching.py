"""Outputs of a run that was fitted elsewhere, brought here piece by piece; the manifest last."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from training.fitting.run_folder import RunFolder, sha256, write_whole

PIECE = 32 * 1024 * 1024  # bytes asked for at a time: less than the smallest object store


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """The next piece to ask for."""

    name: str  # within the run folder, with /
    offset: int  # bytes


class Fetching:
    """Pieces in, a finished run folder out. Until then the folder stays as it was.

    Killed at any point, the folder is not finished, and the run is fitted once more.
    """

    def __init__(self, folder: RunFolder, *, manifest: bytes, sizes: Mapping[str, int]) -> None:
        """
        Args:
            manifest: content of manifest.json there.
            sizes: bytes of each output it names.
        """
        self._folder = folder
        self._manifest = manifest
        self._sizes = dict(sizes)
        self._place = folder.path / "fetched"
        shutil.rmtree(self._place, ignore_errors=True)
        for name in sizes:
            path = self._scratch(name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()

    def wanted(self) -> Wanted | None:
        """None when everything is here."""
        for name, size in self._sizes.items():
            if (have := self._scratch(name).stat().st_size) < size:
                return Wanted(name=name, offset=have)
        return None

    def take(self, wanted: Wanted, piece: bytes) -> None:
        with self._scratch(wanted.name).open("ab") as file:
            file.write(piece)

    def settle(self) -> bool:
        """Put everything in its place; False, and nothing is put, when a checksum is wrong."""
        checksums: dict[str, str] = json.loads(self._manifest)["files"]
        whole = all(sha256(self._scratch(name)) == said for name, said in checksums.items())
        if whole:
            with self._folder.locked():
                self._folder.clear_outputs()
                for name in checksums:
                    path = self._folder.path / name
                    path.parent.mkdir(parents=True, exist_ok=True)
                    self._scratch(name).replace(path)
                write_whole(self._folder.manifest, self._manifest)
        self.drop()
        return whole and self._folder.is_finished()

    def drop(self) -> None:
        """Forget what has come."""
        shutil.rmtree(self._place, ignore_errors=True)

    def _scratch(self, name: str) -> Path:
        path = PurePosixPath(name)
        assert not path.is_absolute(), name
        assert ".." not in path.parts, name
        return self._place.joinpath(*path.parts)
