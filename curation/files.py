"""Files that appear whole or not at all."""

from __future__ import annotations

import glob
import logging
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

LOG = logging.getLogger(__name__)

ABANDONED_SECONDS = 24 * 3600  # a scratch file untouched for so long has no writer any more


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """A scratch file beside `path` to write to; it takes the name of `path` when the block ends.

    When the block raises, the scratch file goes and `path` stays as it was. The folder must
    exist. Several may write the same file at once: the last to end has it. What writers left
    that were killed more than a day ago is swept away.
    """
    _sweep(path)
    scratch = scratch_of(path)
    try:
        yield scratch
        scratch.replace(path)
    finally:
        scratch.unlink(missing_ok=True)


def private_file(path: Path) -> IO[bytes]:
    """A new file to write to that only its owner may read, from its first moment on."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def keep_for_later(path: Path, text: str) -> None:
    """Write what can be worked out again, whole; where the disk is full it is left."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with written_whole(path) as scratch:
            scratch.write_text(text, encoding="utf-8")
    except OSError as error:
        LOG.warning("%s is not kept: %s", path.name, error)


def _sweep(path: Path) -> None:
    for left in path.parent.glob(f".{glob.escape(path.name)}.*.*"):
        with suppress(OSError):  # somebody else was faster
            if time.time() - left.stat().st_mtime > ABANDONED_SECONDS:
                left.unlink()


def scratch_of(path: Path) -> Path:
    """A hidden name beside `path` that no other process or thread uses at this moment."""
    return path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
