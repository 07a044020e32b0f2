"""Vectors kept in one file, by the content they belong to.

A file of records of one size: SHA-256 of model and text, vector, checksum. Records are only ever
added, by one process at a time (`flock`), so a killed writer leaves at most a torn tail. Readers
pass over it without a lock; the next writer cuts it off before adding.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import zlib
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt

KEY = 32  # bytes
CHECK = 4
CHUNK = 4_096  # records read at once; keeps memory flat

Vector = npt.NDArray[np.float32]


def content_key(text: str, *, model: str) -> bytes:
    """SHA-256 of model and text; no two pairs give the same bytes to hash.

    >>> content_key("a", model="m") == content_key("", model="ma")
    False
    """
    return hashlib.sha256(f"{model}\0{text}".encode("utf-8", "surrogatepass")).digest()


class VectorStore:
    """A file of vectors by content key."""

    def __init__(self, path: Path, *, dimensions: int) -> None:
        """Keep vectors of `dimensions` numbers in `path`; the first writing makes the file."""
        self._path = path
        self._dimensions = dimensions
        self._size = KEY + 4 * dimensions + CHECK  # bytes of a record

    def find(self, keys: Collection[bytes]) -> Iterator[tuple[bytes, Vector]]:
        """Those of `keys` that are there, in any order, each once; damaged records are none."""
        wanted = set(keys)
        for record in self._records() if wanted else ():
            key = bytes(record[:KEY])
            if key in wanted and _is_whole(record):
                wanted.remove(key)
                yield key, np.frombuffer(record[KEY:-CHECK], dtype="<f4").astype(np.float32)

    def add(self, vectors: Mapping[bytes, Vector]) -> None:
        """Append; what another process added meanwhile may then be there twice, which is harmless.

        Args:
            vectors: key → (dimensions,) float.
        """
        content = b"".join(self._record(key, vector) for key, vector in vectors.items())
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX)  # let go of when the file closes or the process dies
            whole = os.fstat(file.fileno()).st_size // self._size * self._size
            file.truncate(whole)
            file.write(content)

    def _record(self, key: bytes, vector: Vector) -> bytes:
        body = key + np.ascontiguousarray(vector, dtype="<f4").tobytes()
        return body + zlib.crc32(body).to_bytes(CHECK, "little")

    def _records(self) -> Iterator[memoryview]:
        try:
            file = self._path.open("rb")
        except FileNotFoundError:
            return
        with file:
            while chunk := memoryview(file.read(CHUNK * self._size)):
                for start in range(0, len(chunk) - self._size + 1, self._size):
                    yield chunk[start : start + self._size]


def _is_whole(record: memoryview) -> bool:
    return zlib.crc32(record[:-CHECK]) == int.from_bytes(record[-CHECK:], "little")
