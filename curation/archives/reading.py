"""Reading an archive: all of it is checked before any of it is used."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any

from curation.archives.manifest import NAME, Manifest, Part, Table, read_manifest
from curation.archives.writing import BLOCK, blocks_of
from curation.errors import BadInput

HOME = "home/"
NUL = b"\\u0000"  # how JSON writes the one character that PostgreSQL cannot keep

Look = Callable[[str, bytes], None]


class Archive:
    """An archive that is open for reading."""

    def __init__(self, opened: zipfile.ZipFile, path: Path) -> None:
        self._zip = opened
        self.path = path
        try:
            text = opened.read(NAME)
        except KeyError:
            raise BadInput(f"{path} has no manifest: it is torn, or no backup.") from None
        self.manifest: Manifest = read_manifest(text.decode())
        self.sha256 = hashlib.sha256(text).hexdigest()

    def verify(self, step: Callable[[int, int], object], look: Look | None = None) -> None:
        """Read every part and compare its size and checksum.

        Args:
            step: told bytes read so far and in all.
            look: shown each part's name and each of its blocks.

        Raises:
            BadInput: a part is damaged, missing, foreign, or has a name that leads outside.
        """
        named = {part.name for part in self.manifest.parts}
        wanted = named | {table.part for table in self.manifest.tables}
        if set(self._zip.namelist()) != named | {NAME} or wanted != named:
            raise BadInput(f"{self.path} does not hold the parts that its manifest names.")
        total, done = sum(part.size for part in self.manifest.parts), 0
        for part in self.manifest.parts:
            _check_name(part.name)
            self._verify_part(part, look)
            done += part.size
            step(done, total)

    def rows(self, table: Table) -> Iterator[list[Any]]:
        """The rows of a table as JSON says them, in the order of its columns."""
        with self._zip.open(table.part) as member:
            # a zip member cuts lines slowly by itself
            for line in io.BufferedReader(member, BLOCK):  # type: ignore[type-var]
                yield json.loads(line)

    def files(self) -> Iterator[tuple[Part, PurePosixPath]]:
        """Parts that are files, with their places below CONCORD_HOME."""
        for part in self.manifest.parts:
            if part.name.startswith(HOME):
                yield part, PurePosixPath(part.name.removeprefix(HOME))

    def blocks(self, part: Part) -> Iterator[bytes]:
        with self._zip.open(part.name) as member:
            yield from blocks_of(member)

    def _verify_part(self, part: Part, look: Look | None) -> None:
        digest, size = hashlib.sha256(), 0
        for block in self.blocks(part):
            digest.update(block)
            size += len(block)
            if look is not None:
                look(part.name, block)
        if size != part.size or digest.hexdigest() != part.sha256:
            raise BadInput(f"{part.name} in {self.path} is damaged: its checksum does not fit.")


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """An archive by its path.

    Raises:
        BadInput: it is no archive, or it is torn or damaged, found now or while it is read.
        OSError: there is no such file, or it may not be read.
    """
    try:
        with zipfile.ZipFile(path) as file:
            yield Archive(file, path)
    except (zipfile.BadZipFile, zlib.error, EOFError, UnicodeDecodeError) as error:
        raise BadInput(f"{path} is torn, damaged or no backup ({error}).") from error


def _check_name(name: str) -> None:
    place = PurePosixPath(name)
    if place.is_absolute() or ".." in place.parts or "\\" in name or not place.parts[1:]:
        raise BadInput(f"The archive holds a part named {name!r}, which leads outside; refused.")
