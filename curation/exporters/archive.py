"""An export as one zip file, sent while it is written."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from datetime import datetime
from io import RawIOBase

from curation.exporters.parts import Part, PartWriting, Written

PACKED = (".parquet",)  # compressed already
PIECE = 256 * 1024  # bytes gathered before they are sent on


def stream_zip(parts: Sequence[Part], *, folder: str, moment: datetime) -> Iterator[bytes]:
    """The bytes of a zip file with the parts in `folder`, each dated `moment`.

    Nothing is held but the piece being sent, whatever the size of the export.
    """
    pipe = _Pipe()
    written: dict[str, Written] = {}
    with zipfile.ZipFile(pipe, "w", allowZip64=True) as archive:
        for part in parts:
            entry = zipfile.ZipInfo(f"{folder}/{part.path}", date_time=_stamp(moment))
            packed = part.path.endswith(PACKED)
            entry.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            with archive.open(entry, "w", force_zip64=True) as sink:
                writing = PartWriting(part, sink, written)  # type: ignore[arg-type]
                for _ in writing:
                    if pipe.waiting >= PIECE:
                        yield pipe.take()
            written[part.path] = writing.written
    yield pipe.take()


def _stamp(moment: datetime) -> tuple[int, int, int, int, int, int]:
    year, month, day, hour, minute, second = moment.timetuple()[:6]
    return max(year, 1980), month, day, hour, minute, second


class _Pipe(RawIOBase):
    """What a zip file is written to: keeps what nobody has taken yet, cannot go back."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self.waiting = 0

    def writable(self) -> bool:
        return True

    def write(self, piece: bytes) -> int:  # type: ignore[override]
        self._pieces.append(bytes(piece))
        self.waiting += len(piece)
        return len(piece)

    def take(self) -> bytes:
        result = b"".join(self._pieces)
        self._pieces = []
        self.waiting = 0
        return result
