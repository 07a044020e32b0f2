"""Ports for servers that tests start."""

from __future__ import annotations

import socket
import time
import urllib.request
from contextlib import suppress
from urllib.error import HTTPError, URLError

PATIENCE = 240.0  # seconds


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answer(port: int, path: str, *, wanted: int = 200, cookie: str = "") -> str:
    """The body, as soon as the answer has the wanted status."""
    deadline = time.monotonic() + PATIENCE
    last = ""
    while time.monotonic() < deadline:
        with suppress(URLError, ConnectionError):
            last = _asked(f"http://127.0.0.1:{port}{path}", wanted, cookie)
            if last:
                return last
        time.sleep(0.2)
    raise AssertionError(f"{path} did not answer {wanted}")


def _asked(address: str, wanted: int, cookie: str) -> str:
    request = urllib.request.Request(address, headers={"Cookie": cookie} if cookie else {})
    try:
        with urllib.request.urlopen(request) as got:
            return got.read().decode() if got.status == wanted else ""
    except HTTPError as error:
        with error:
            return error.read().decode() if error.code == wanted else ""
