"""A loopback server that speaks OpenAI's chat protocol from a script."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

from tests.generation.loopback import listening


@dataclass(frozen=True, kw_only=True)
class Reply:
    """One scripted answer to one request."""

    status: int = 200
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


def texts(*written: str, finish_reason: str = "stop") -> Reply:
    """An answer that holds these texts in the form asked for."""
    return said(json.dumps({"examples": written}), finish_reason=finish_reason)


def said(content: str | None, *, finish_reason: str = "stop") -> Reply:
    """An answer that holds `content`, whatever it is; 10 tokens in, 20 out."""
    choice = {
        "index": 0,
        "message": {"role": "assistant", "content": content},
        "finish_reason": finish_reason,
    }
    usage = {"prompt_tokens": 10, "completion_tokens": 20, "total_tokens": 30}
    body = {"id": "1", "object": "chat.completion", "created": 0, "model": "tiny@1"}
    return Reply(body=json.dumps(body | {"choices": [choice], "usage": usage}))


def refused(status: int, message: str = "no", **headers: str) -> Reply:
    """An error as OpenAI words it; `retry_after="1"` becomes a Retry-After header."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status=status, body=json.dumps({"error": {"message": message}}), headers=named)


@dataclass
class ScriptedServer:
    """Gives its replies one by one and keeps what it was asked."""

    replies: list[Reply]
    requests: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    base_url: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, request: dict[str, Any], key: str) -> Reply:
        with self.lock:
            self.requests.append(request)
            self.keys.append(key)
            if not self.replies:
                return refused(400, "the script is over")
            return self.replies.pop(0)


@contextmanager
def serving(replies: Sequence[Reply]) -> Iterator[ScriptedServer]:
    """A server on a free loopback port, for as long as the block lasts."""
    script = ScriptedServer(list(replies))
    with listening(_handler(script)) as script.base_url:
        yield script


def _handler(script: ScriptedServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["content-length"])))
            reply = script.take(request, self.headers.get("authorization", ""))
            body = reply.body.encode()
            self.send_response(reply.status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """A test prints nothing."""

    return Handler
