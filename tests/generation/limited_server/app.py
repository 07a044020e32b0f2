"""The server: which endpoint answers what, and its life from listening to closing."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Callable
from dataclasses import asdict

from tests.generation.limited_server.batches import Batches
from tests.generation.limited_server.chat import chat, json_of
from tests.generation.limited_server.config import ServerConfig
from tests.generation.limited_server.state import State
from tests.generation.limited_server.wire import (
    BadRequest,
    HttpRequest,
    HttpResponse,
    as_json,
    converse,
)

MODEL = "tiny"


class App:
    """Finds the endpoint for each request."""

    def __init__(self, config: ServerConfig) -> None:
        self.state = State(config)
        self._batches = Batches(self.state)
        self._routes: dict[tuple[str, str], Callable[..., HttpResponse]] = {
            ("GET", "/v1/models"): self._models,
            ("GET", "/control/stats"): lambda sent: as_json(self.state.ledger.stats()),
            ("GET", "/control/bills"): self._bills,
            ("GET", "/control/config"): lambda sent: as_json(self.state.config.as_json()),
            ("POST", "/control/config"): self._configure,
            ("POST", "/control/reset"): self._reset,
            **self._batches.routes(),
        }

    async def answer(self, sent: HttpRequest) -> HttpResponse:
        if not sent.path.startswith("/control/"):
            self._check_key(sent)
        if (sent.method, sent.path) == ("POST", "/v1/chat/completions"):
            return await chat(self.state, sent)
        for (method, path), endpoint in self._routes.items():
            found = _identifier(path, sent.path)
            if method == sent.method and found is not None:
                return endpoint(sent, found) if found else endpoint(sent)
        raise BadRequest(f"Unknown request URL: {sent.method} {sent.path}.", status=404)

    def _check_key(self, sent: HttpRequest) -> None:
        key = self.state.config.required_key
        if key and sent.headers.get("authorization") != f"Bearer {key}":
            self.state.ledger.turn_away("401")
            raise BadRequest("Incorrect API key provided.", status=401, code="invalid_api_key")

    def _models(self, sent: HttpRequest) -> HttpResponse:
        model = {"id": MODEL, "object": "model", "created": 0, "owned_by": "tests"}
        return as_json({"object": "list", "data": [model]})

    def _bills(self, sent: HttpRequest) -> HttpResponse:
        return as_json([asdict(bill) for bill in self.state.ledger.bills])

    def _configure(self, sent: HttpRequest) -> HttpResponse:
        try:
            self.state.configure(json_of(sent))
        except (TypeError, ValueError) as wrong:
            raise BadRequest(str(wrong)) from wrong
        return as_json(self.state.config.as_json())

    def _reset(self, sent: HttpRequest) -> HttpResponse:
        self.state.reset()
        self._batches.forget()
        return as_json({})


def _identifier(pattern: str, path: str) -> str | None:
    """What stands for the "*" of `pattern` in `path`; "" without one, None if they differ."""
    if "*" not in pattern:
        return "" if pattern == path else None
    before, after = pattern.split("*")
    inner = path.removeprefix(before).removesuffix(after)
    fits = path == before + inner + after and inner and "/" not in inner
    return inner if fits else None


async def serve(config: ServerConfig, *, port: int, until_stdin_closes: bool) -> None:
    """Listen on loopback, print the port, answer until told to stop."""
    app, stopped, loop = App(config), asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    if until_stdin_closes:
        loop.add_reader(sys.stdin.fileno(), stopped.set)
    server = await asyncio.start_server(
        lambda reader, writer: converse(reader, writer, app.answer),
        "127.0.0.1",
        port,
        backlog=1024,
    )
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await stopped.wait()
    server.close()
    app.state.ledger.close()
