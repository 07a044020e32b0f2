"""A child that ends when its parent does, however the parent ends."""

from __future__ import annotations

import os
import threading

STANDARD_INPUT = 0
PARENT_GONE = 3  # exit status


def end_with_parent() -> None:
    """Leave at once when standard input reaches its end.

    The parent holds the other end of that pipe and never writes; the kernel closes it when the
    parent exits or is killed. Unlike a death signal this does not depend on the parent's thread.
    """
    threading.Thread(target=_wait, name="lifeline", daemon=True).start()


def _wait() -> None:
    while os.read(STANDARD_INPUT, 1024):  # not sys.stdin: its lock aborts Python's own exit
        pass
    os._exit(PARENT_GONE)
