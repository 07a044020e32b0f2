"""Who looks after a run folder: one process at a time, on any number of hosts that share it."""

from __future__ import annotations

import fcntl
from io import TextIOWrapper
from pathlib import Path


class Claim:
    """A file that one process holds; the kernel frees it when that process ends, however it ends.

    It is not the lock that a fit itself takes: a fit on another host works on a copy.
    """

    def __init__(self, path: Path, *, shared: bool = False) -> None:
        self._path = path
        self._kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        self._file: TextIOWrapper | None = None

    def take(self) -> bool:
        """True when it is ours now; False, at once, when somebody else holds it."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        file = self._path.open("a")
        try:
            fcntl.flock(file, self._kind | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return False
        self._file = file
        return True

    def release(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


def is_claimed(path: Path) -> bool:
    """Whether some process holds it at this moment."""
    if not path.exists():
        return False
    claim = Claim(path)
    taken = claim.take()
    claim.release()
    return not taken
