"""Asks the client of OpenAI's protocol, of servers that do as a script says or nothing at all."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

import pytest

from generation.errors import ProviderProblem
from generation.providers.base import Completion, CompletionRequest, ProviderSettings
from generation.providers.openai_compatible import OpenAICompatible
from tests.generation.providers.asking import request
from tests.generation.scripted_server import Reply, ScriptedServer, serving


def ask(base_url: str, *requests: CompletionRequest, **extra: Any) -> list[Completion]:
    """The answers to requests made one after another; raises the first problem."""
    settings = ProviderSettings(
        method="zero_shot", labels=("joke",), model="tiny", base_url=base_url, extra=extra
    )

    async def ask_all() -> list[Completion]:
        provider = OpenAICompatible(settings)
        try:
            return [await provider.complete(one) for one in requests or (request(),)]
        finally:
            await provider.close()

    return asyncio.run(ask_all())


def answers(
    *replies: Reply, requests: tuple[CompletionRequest, ...] = ()
) -> tuple[list[Completion], ScriptedServer]:
    with serving(replies) as server:
        return ask(server.base_url, *requests), server


def problem(*replies: Reply) -> ProviderProblem:
    """What the one request meets that is made."""
    with serving(replies) as server, pytest.raises(ProviderProblem) as raised:
        ask(server.base_url)
    assert len(server.requests) == 1
    return raised.value


def error(status: int, *, code: str = "", message: str = "no", **headers: str) -> Reply:
    """A refusal with OpenAI's code."""
    body = json.dumps({"error": {"code": code, "message": message}})
    return Reply(status=status, body=body, headers=headers)


def with_headers(reply: Reply, headers: Mapping[str, str]) -> Reply:
    return Reply(status=reply.status, body=reply.body, headers=headers)


@contextmanager
def silent(*, hangs_up: bool) -> Iterator[str]:
    """The address of a server that never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def hang_up() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.recv(100_000)

        thread = threading.Thread(target=hang_up)
        if hangs_up:
            thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/v1"
        if hangs_up:
            thread.join()


@contextmanager
def dripping() -> Iterator[str]:
    """The address of a server that sends a byte of its answer now and then, and never ends."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def drip() -> None:
            connection, _ = listening.accept()
            with connection, suppress(OSError):
                connection.recv(100_000)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
                while True:
                    connection.sendall(b" ")
                    time.sleep(0.1)

        thread = threading.Thread(target=drip)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/v1"
        thread.join()
