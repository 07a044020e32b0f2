"""Small servers on this machine for tests that reach out."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self


class ModelServer:
    """An OpenAI-compatible endpoint that knows one key and lists no models."""

    def __init__(self, *, key: str) -> None:
        class Answer(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                right = self.headers.get("Authorization") == f"Bearer {key}"
                self.send_response(200 if right else 401)
                self.end_headers()
                self.wfile.write(b'{"data": []}')

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
