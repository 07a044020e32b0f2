"""Writing an archive, part by part, in bounded memory."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Protocol, Self

from curation.archives.manifest import NAME, Part

BLOCK = 1024 * 1024  # bytes read at once
LEVEL = 1  # of deflate: rows shrink to a fifth, and the disk stays what is waited for


class _Sink(Protocol):
    def write(self, data: bytes, /) -> object: ...


class ArchiveWriter:
    """Adds parts to a zip file and keeps their sizes and checksums for the manifest."""

    def __init__(self, file: IO[bytes]) -> None:
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL)
        self.parts: list[Part] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is not None:
            self._zip.fp = None  # torn as it is: closing it would write to a disk that is full

    def add(self, name: str, blocks: Iterable[bytes]) -> Part:
        """Add a part from blocks of bytes, none of which is kept."""
        digest, size = hashlib.sha256(), 0
        with self._member(name) as member:
            for block in blocks:
                member.write(block)
                digest.update(block)
                size += len(block)
        part = Part(name=name, size=size, sha256=digest.hexdigest())
        self.parts.append(part)
        return part

    def add_file(self, name: str, path: Path) -> Part:
        with path.open("rb") as file:
            return self.add(name, blocks_of(file))

    def finish(self, manifest: str) -> None:
        """Write the manifest, which makes the archive whole."""
        with self._member(NAME) as member:
            member.write(manifest.encode())
        self._zip.close()

    @contextmanager
    def _member(self, name: str) -> Iterator[_Sink]:
        with self._zip.open(name, "w", force_zip64=True) as member:
            yield member


def blocks_of(file: IO[bytes]) -> Iterator[bytes]:
    while block := file.read(BLOCK):
        yield block
