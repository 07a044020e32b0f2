"""Asking the server, as its tests do: over the real client, over sockets, in a flood."""

from __future__ import annotations

import json
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import openai
import pytest

from tests.generation.limited_server.process import LimitedServer


def client_of(server: LimitedServer, **settings: Any) -> openai.OpenAI:
    """A client that asks once and waits for five seconds."""
    settings = {"api_key": "none", "max_retries": 0, "timeout": 5.0, **settings}
    return openai.OpenAI(base_url=server.base_url, **settings)


def request(number: int = 0, *, n_texts: int = 4, **more: Any) -> dict[str, Any]:
    """A request of 100 characters, 25 tokens; another one for each number."""
    said = f"Write {n_texts} different texts on sheet {number}."
    return {
        "model": "tiny",
        "messages": [{"role": "user", "content": said.ljust(100, ".")}],
        "seed": number,
        **more,
    }


def ask(server: LimitedServer, number: int = 0, **more: Any) -> Any:
    """The answer to one request over a client of its own."""
    with client_of(server) as client:
        return client.chat.completions.create(**request(number, **more))


def content(answer: Any) -> str:
    return str(answer.choices[0].message.content)


def refusal_of(server: LimitedServer, number: int = 0, **more: Any) -> openai.APIStatusError:
    """The error status that this request gets."""
    with pytest.raises(openai.APIStatusError) as caught:
        ask(server, number, **more)
    return caught.value


def raw(server: LimitedServer, content: dict[str, Any]) -> bytes:
    """All that comes back until the server closes the connection."""
    came = b""
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as connection:
        connection.sendall(_posted(content))
        while chunk := connection.recv(65_536):
            came += chunk
    return came


def flood(server: LimitedServer, *, seconds: float, threads: int = 4) -> None:
    """Ask over connections that stay open, as often as it goes, whatever comes back."""
    until = time.monotonic() + seconds

    def ask_on(thread: int) -> None:
        with (
            socket.create_connection(("127.0.0.1", server.port)) as connection,
            connection.makefile("rb") as lines,
        ):
            number = thread * 1_000_000
            while time.monotonic() < until:
                connection.sendall(_posted(request(number)))
                length = 0
                while line := lines.readline().strip().lower():
                    if line.startswith(b"content-length:"):
                        length = int(line.split(b":")[1])
                lines.read(length)
                number += 1
                time.sleep(0.002)

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(ask_on, range(threads)))


def _posted(content: dict[str, Any]) -> bytes:
    body = json.dumps(content).encode()
    head = f"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body
