"""A proxy on loopback that passes requests on and may keep the answer for itself."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

HOP = {"connection", "transfer-encoding", "content-length", "server", "date"}


class CuttingProxy(ThreadingHTTPServer):
    """Stands before `behind`; `cuts(method, path)` says whose answers get lost."""

    daemon_threads = True

    def __init__(self, behind: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.behind = urlsplit(behind).netloc
        self.cuts: Callable[[str, str], bool] = lambda method, path: False
        self.lost: list[tuple[str, str]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def every_other(self, method: str, ending: str) -> None:
        """Lose every other answer to such requests, the first one too."""
        seen = 0

        def cuts(asked: str, path: str) -> bool:
            nonlocal seen
            if asked != method or ending not in path.partition("?")[0]:
                return False
            seen += 1
            return seen % 2 == 1

        self.cuts = cuts


class _Handler(BaseHTTPRequestHandler):
    server: CuttingProxy

    def __getattr__(self, name: str) -> Any:
        if name.startswith("do_"):
            return self._pass_on
        raise AttributeError(name)

    def _pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        connection = http.client.HTTPConnection(self.server.behind, timeout=60)
        headers = {key: value for key, value in self.headers.items() if key.lower() not in HOP}
        connection.request(self.command, self.path, body or None, headers)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        if self.server.cuts(self.command, self.path):
            self.server.lost.append((self.command, self.path))
            self.close_connection = True
            return
        self.send_response(answer.status)
        for key, value in answer.getheaders():
            if key.lower() not in HOP:
                self.send_header(key, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def cutting_proxy(behind: str) -> Iterator[CuttingProxy]:
    with CuttingProxy(behind) as proxy:
        thread = threading.Thread(target=proxy.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield proxy
        finally:
            proxy.shutdown()
            thread.join()
