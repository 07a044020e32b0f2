"""Foreign failures of a fit as one sentence each: memory, a full disk."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from training.fitting.errors import FullDisk, OutOfMemory

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
# How torch and its allocators put it; some of them raise a plain RuntimeError.
NO_MEMORY = ("out of memory", "can't allocate memory", "cannot allocate memory", "std::bad_alloc")
NO_DISK = (
    "no space left", "file too large", "disk quota", "inline_container", "PytorchStreamWriter",
    "unexpected pos",
)  # fmt: skip


@contextmanager
def explained() -> Iterator[None]:
    """Turn what a full disk or a lack of memory raises into our own errors.

    Raises:
        OutOfMemory, FullDisk: instead of what the block raised; everything else passes through.
    """
    try:
        yield
    except Exception as error:
        if _lacks_memory(error):
            raise OutOfMemory from error
        if _lacks_disk(error):
            raise FullDisk from error
        raise


def _lacks_memory(error: Exception) -> bool:
    if isinstance(error, MemoryError):
        return True
    if isinstance(error, OSError):
        return error.errno == errno.ENOMEM
    return _says(error, NO_MEMORY)


def _lacks_disk(error: Exception) -> bool:
    """Libraries that write files themselves keep the reason in their message only."""
    if isinstance(error, OSError) and error.errno is not None:
        return error.errno in FULL
    return _says(error, NO_DISK)


def _says(error: Exception, words: tuple[str, ...]) -> bool:
    said = str(error).lower()
    return any(word.lower() in said for word in words)
