"""Whether the files of an export are as they were written."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from curation.exporters.parts import CHECKSUMS

LINE = re.compile(r"([0-9a-f]{64})  (.+)")


class NotWhole(ValueError):
    """Files are missing or were changed; the message is a sentence without its end."""


def digest_of(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def check_whole(folder: Path) -> set[str]:
    """The files of an export, by their paths within it, when each is as it was written.

    Raises:
        NotWhole: there is no list of checksums, a file is missing, or one has been changed.
    """
    listed = read_checksums(folder)
    for name, digest in sorted(listed.items()):
        path = folder / name
        try:
            if not path.is_file():
                raise NotWhole(f"{name} is missing")
            if digest_of(path) != digest:
                raise NotWhole(f"{name} is not as it was written: its checksum differs")
        except OSError as error:
            raise NotWhole(f"{name[:80]} cannot be read ({error.strerror})") from None
    return set(listed)


def read_checksums(folder: Path) -> dict[str, str]:
    """Path within the export → SHA-256.

    Raises:
        NotWhole: no such list, or one that names files elsewhere.
    """
    try:
        lines = (folder / CHECKSUMS).read_text("utf-8").split("\n")
    except FileNotFoundError:
        raise NotWhole(f"{CHECKSUMS} is missing") from None
    except UnicodeDecodeError:
        raise NotWhole(f"{CHECKSUMS} is not a list of checksums") from None
    matches = [LINE.fullmatch(line) for line in lines if line]
    if not matches or not all(matches):
        raise NotWhole(f"{CHECKSUMS} is not a list of checksums")
    listed = {match[2]: match[1] for match in matches if match}
    for name in listed:
        if not is_inside(name):
            raise NotWhole(f"{CHECKSUMS} names a file outside the export: {name!r}")
    return listed


def is_inside(name: str) -> bool:
    """Whether a path stays in the folder it is meant for.

    >>> [is_inside(name) for name in ("data/train.parquet", "../x", "/x", "C:\\\\x", "")]
    [True, False, False, False, False]
    """
    if not name or "\\" in name or ":" in name or "\x00" in name:
        return False
    return not name.startswith("/") and all(
        part not in {"", ".", ".."} for part in name.rstrip("/").split("/")
    )
