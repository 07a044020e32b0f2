"""Files that appear whole or not at all."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """A scratch file beside `path` to write to; it takes the name of `path` when the block ends.

    When the block raises, the scratch file goes and `path` stays as it was. The folder must
    exist. Several may write the same file at once: the last to end has it.
    """
    scratch = scratch_of(path)
    try:
        yield scratch
        scratch.replace(path)
    finally:
        scratch.unlink(missing_ok=True)


def scratch_of(path: Path) -> Path:
    """A hidden name beside `path` that no other process or thread uses at this moment."""
    return path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
