"""An export as a folder on disk, whether it came as one or as a zip."""

from __future__ import annotations

import lzma
import shutil
import stat
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from curation.errors import BadInput
from curation.exporters.checking import NotWhole, check_whole, is_inside
from curation.exporters.parts import CHECKSUMS

MOST_FILES = 1_000
FREE_BYTES, MOST_RATIO = 100 * 1024**2, 200  # a zip may grow to the larger of the two
BROKEN = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, NotImplementedError,
    RuntimeError, UnicodeDecodeError,
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class ExportFolder:
    """An export on disk; every file as it was written."""

    folder: Path
    files: set[str]  # paths within it


@contextmanager
def opened(path: Path) -> Iterator[ExportFolder]:
    """The folder of an export whose every file is as it was written.

    A zip is unpacked into a temporary folder, which goes at the end.

    Raises:
        BadInput: there is nothing, it is no export, a file is missing or was changed, or the zip
            is broken, reaches outside its folder or would grow without measure.
    """
    if not path.exists():
        raise BadInput(f"There is no file or folder {str(path)!r}; check the path.")
    if path.is_dir():
        yield _checked(path, path)
        return
    if not zipfile.is_zipfile(path):
        raise BadInput(
            f"{str(path)!r} is neither the folder nor the zip of an export; texts alone are "
            "imported with manage.py import_examples, votes with manage.py import_votes."
        )
    with tempfile.TemporaryDirectory(prefix="concord-import-") as scratch:
        try:
            _unpack(path, Path(scratch))
        except BROKEN as error:
            raise BadInput(
                f"{str(path)!r} is a broken zip file ({error}); copy or download it again."
            ) from None
        except OSError as error:
            raise BadInput(
                f"{str(path)!r} cannot be unpacked ({error.strerror}); make room for it, or unpack "
                "it yourself and import the folder."
            ) from error
        yield _checked(Path(scratch), path)


def _checked(folder: Path, given: Path) -> ExportFolder:
    inner = [entry for entry in folder.iterdir() if entry.is_dir()]
    if not (folder / CHECKSUMS).is_file() and len(inner) == 1 and (inner[0] / CHECKSUMS).is_file():
        folder = inner[0]  # a zip holds one folder
    try:
        return ExportFolder(folder=folder, files=check_whole(folder))
    except NotWhole as error:
        raise BadInput(
            f"{str(given)!r} cannot be imported: {error}. Nothing was changed; export it again, or "
            "copy it once more."
        ) from None


def _unpack(path: Path, into: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
        _check_entries(path, entries)
        for entry in entries:
            target = into / entry.filename
            if entry.is_dir():
                target.mkdir(parents=True, exist_ok=True)
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(entry) as source, target.open("xb") as sink:
                shutil.copyfileobj(source, sink)  # never more than the size that was checked


def _check_entries(path: Path, entries: list[zipfile.ZipInfo]) -> None:
    size = sum(entry.file_size for entry in entries)
    if len(entries) > MOST_FILES or size > max(FREE_BYTES, MOST_RATIO * path.stat().st_size):
        raise BadInput(
            f"{str(path)!r} would unpack to {len(entries)} files of {size:,} bytes, which no "
            "export of this size does; nothing was unpacked."
        )
    for entry in entries:
        if not is_inside(entry.filename) or stat.S_ISLNK(entry.external_attr >> 16):
            raise BadInput(
                f"{str(path)!r} would write outside its folder ({entry.filename!r}); "
                "nothing was unpacked."
            )
    names = {entry.filename.rstrip("/").lower() for entry in entries}
    if len(names) < len(entries):
        raise BadInput(f"{str(path)!r} holds a file twice; nothing was unpacked.")
