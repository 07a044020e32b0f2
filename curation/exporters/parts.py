"""An export as the files it is made of, each written bit by bit."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO

CHECKSUMS = "checksums.sha256"


@dataclass(frozen=True, kw_only=True)
class Written:
    """A file that is complete."""

    sha256: str
    size: int  # bytes
    rows: int = 0  # of a table
    facts: Mapping[str, int] = field(default_factory=dict)  # what was counted while writing

    def as_json(self) -> dict[str, object]:
        return {
            "sha256": self.sha256,
            "size": self.size,
            "rows": self.rows,
            "facts": dict(self.facts),
        }


AllWritten = Mapping[str, Written]  # by path within the export


@dataclass(frozen=True, kw_only=True)
class Part:
    """One file.

    `write` puts its bytes into the sink, and yields the number of rows written whenever some were,
    so that what streams can send them on. It is told what was written before it. `facts` says
    afterwards what was counted meanwhile. `state` names what the file was made from besides the
    version: a file of another state is written anew.
    """

    path: str  # within the export, with /
    write: Callable[[BinaryIO, AllWritten], Iterator[int]]
    facts: Callable[[], Mapping[str, int]] = dict
    state: str = ""


def text_part(path: str, make: Callable[[AllWritten], str]) -> Part:
    """A small text, made when it is its turn."""

    def write(sink: BinaryIO, written: AllWritten) -> Iterator[int]:
        sink.write(make(written).encode())
        yield 0

    return Part(path=path, write=write)


def checksums_part() -> Part:
    """`sha256sum --check checksums.sha256` tells whether every file is as it was written."""
    return text_part(CHECKSUMS, checksum_lines)


def checksum_lines(written: AllWritten) -> str:
    """The lines that `sha256sum` writes, by path."""
    return "".join(f"{done.sha256}  {path}\n" for path, done in sorted(written.items()))


class Counted(io.RawIOBase):
    """A sink before a sink: knows size and SHA-256 of what passed through.

    Closing it leaves the sink behind it open.
    """

    def __init__(self, sink: BinaryIO) -> None:
        self._sink = sink
        self._digest = hashlib.sha256()
        self.size = 0

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self.size

    def write(self, piece: bytes) -> int:  # type: ignore[override]
        self._sink.write(piece)
        self._digest.update(piece)
        self.size += len(piece)
        return len(piece)

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()


class PartWriting:
    """Writes one part into a sink: iterate, then ask for `written`."""

    def __init__(self, part: Part, sink: BinaryIO, before: AllWritten) -> None:
        self._part = part
        self._counted = Counted(sink)
        self._before = before
        self._rows = 0

    def __iter__(self) -> Iterator[int]:
        for rows in self._part.write(self._counted, self._before):  # type: ignore[arg-type]
            self._rows += rows
            yield rows

    @property
    def written(self) -> Written:
        return Written(
            sha256=self._counted.sha256,
            size=self._counted.size,
            rows=self._rows,
            facts=self._part.facts(),
        )


def exhaust(steps: Iterable[int]) -> None:
    """Let the steps happen."""
    for _ in steps:
        pass
